"""Where clusters live that nobody chose a host for: on the processors of the machine, or on a GPU that is worth it."""

from collections.abc import Mapping

from hanami_server.contract.hosts import LOCAL

AUTO = "auto"  # chosen for a cluster: the rule below says where it lives


def is_worth_it(learning: int, gpu_from: int, *, already: bool) -> bool:
    """Say whether so many clusters that learn at the same time belong on a GPU.

    Once it was worth it, it is until fewer than half as many learn: else clusters would go to and fro.
    """
    return 2 * learning >= gpu_from if already else learning >= gpu_from


def best_host(choice: str, here: str, free: Mapping[str, int], *, worth_it: bool) -> str:
    """Say where a cluster that begins to learn should live.

    Parameters
    ----------
    choice : str
        The id of a host, or `AUTO`.
    here : str
        Where it lives now.
    free : mapping of str to int
        Free memory, in bytes, of each GPU that can be used.
    worth_it : bool
        Whether those that nobody chose a host for belong on a GPU.
    """
    if choice != AUTO:
        return choice if choice in free else LOCAL
    if not worth_it or not free:
        return LOCAL
    return here if here in free else max(free, key=lambda host: free[host])
