"""Finds the GPUs that a server may use; one without any is as good as ever."""

import logging

from hanami_engine import DeviceError
from hanami_engine.cuda import emulated_gpu, find_gpus

from hanami_server.fleet.gpu import GpuHost

log = logging.getLogger("hanami_server")


def find_hosts(wanted: str) -> list[GpuHost]:
    """Make a host of every GPU; call on a thread, for drivers and compilers take their time.

    Parameters
    ----------
    wanted : str
        `auto` for those that there are, `none`, or `emulated` for one that the processors of the machine play.
    """
    if wanted == "none":
        return []
    try:
        gpus = [emulated_gpu()] if wanted == "emulated" else find_gpus()
        return [GpuHost(gpu) for gpu in gpus]
    except DeviceError as error:
        log.warning("no GPU is used: %s", error)
    except Exception:
        log.exception("no GPU is used")
    return []
