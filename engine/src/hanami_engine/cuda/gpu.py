"""A GPU with the networks that live on it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from typing import Any, NamedTuple

from hanami_engine.cuda.device import Device, DeviceFacts, DeviceHealth, Memory
from hanami_engine.cuda.launch import STAGE_BYTES, Launcher
from hanami_engine.cuda.layout import Layout
from hanami_engine.cuda.tenant import Tenant
from hanami_engine.errors import DeviceLostError, EngineError
from hanami_engine.memory import NotCopyable
from hanami_engine.network import Network
from hanami_engine.place import Step, Steps
from hanami_engine.ports import Values
from hanami_engine.reports import AnswerReport, LearnReport
from hanami_engine.state import State

BUDGET_SHARE = 0.8  # of the memory that is free; the rest is for rows on their way


class Order(NamedTuple):
    """What a network shall do: learn samples, or answer them where there are no targets."""

    network: Network
    x: Values
    y: Values | None = None
    answer: bool = False


Outcome = LearnReport | AnswerReport | EngineError | MemoryError


class Gpu(NotCopyable):
    """A device, and the networks that live on it; what they do at the same time is one launch.

    Networks that do not fit into its memory all at once come and go.  Calls from several threads are done one after the
    other.

    Parameters
    ----------
    device : Device
    budget : int, optional
        Most bytes for networks; most of what is free now, if left out.
    stage_bytes : int
        Bytes of rows that are on their way at a time.

    Attributes
    ----------
    id : str
        Such as ``cuda:0``.
    lost : bool
        The device stopped answering.
    """

    def __init__(self, device: Device, *, budget: int | None = None, stage_bytes: int = STAGE_BYTES) -> None:
        self._device, self.id = device, device.id
        self._budget = int(BUDGET_SHARE * device.health().memory_free) if budget is None else budget
        self._launcher = Launcher(device, stage_bytes)
        self._tenants: weakref.WeakKeyDictionary[Tenant, int] = weakref.WeakKeyDictionary()
        self._clock = 0
        self._lock = threading.RLock()
        self.lost = False

    def __repr__(self) -> str:
        return f"<Gpu {self.id}: {self.facts().name}>"

    @property
    def launches(self) -> int:
        """Launches so far."""
        return self._launcher.launches

    def facts(self) -> DeviceFacts:
        """Tell what it is."""
        return self._device.facts()

    def health(self) -> DeviceHealth:
        """Tell how it is now; raises DeviceLostError."""
        return self._device.health()

    def run(self, orders: Sequence[Order]) -> list[Outcome]:
        """Let networks learn and answer side by side.

        Parameters
        ----------
        orders : sequence of Order
            Of networks that live here; each at most once.

        Returns
        -------
        list of LearnReport, AnswerReport, InputError or MemoryError
            What `Network.learn_many` and `Network.request_many` would return or raise; an order that cannot be carried
            out changes neither its network nor the others.

        Raises
        ------
        DeviceLostError
            The device stopped answering: all its networks are on the CPU again.
        ValueError
            A network lives elsewhere, or stands in two orders.
        """
        tenants = [self._tenant_of(order.network) for order in orders]
        if len(set(map(id, tenants))) < len(tenants):
            raise ValueError("orders: expected every network at most once")
        outcomes: list[Outcome | None] = [None] * len(orders)
        calls: dict[int, Steps] = {
            index: order.network.asking(order.x)
            if order.y is None
            else order.network.learning(order.x, order.y, answer=order.answer)
            for index, order in enumerate(orders)
        }
        try:
            errors: dict[int, Exception | None] = dict.fromkeys(calls)
            while calls:
                steps = _advance(calls, errors, outcomes)
                found = self.launch([(tenants[index], step) for index, step in steps.items()])
                errors = dict(zip(steps, found, strict=True))
        finally:
            for call in calls.values():
                call.close()
        return [outcome for outcome in outcomes if outcome is not None]

    def _tenant_of(self, network: Network) -> Tenant:
        place = network.place
        if not isinstance(place, Tenant) or place not in self._tenants:
            raise ValueError(f"orders: expected networks that live on {self.id}, got one on {place.id}")
        return place

    def admit(self, state: State) -> Tenant:
        """Take a network in; it goes to the device with its first rows.  Raises DeviceLostError."""
        with self._lock:
            self._expect_alive()
            tenant = Tenant(self, state)
            self._touch(tenant)
            return tenant

    def release(self, tenant: Tenant) -> None:
        """Bring a network home for good."""
        with self._lock:
            if not tenant.gone:
                self.bring_home(tenant)
                tenant.move_out()
            self._tenants.pop(tenant, None)

    def bring_home(self, tenant: Tenant) -> None:
        """See to it that the host has a network as it is now; raises DeviceLostError."""
        with self._lock:
            self._expect_alive()
            try:
                tenant.fetch(self._launcher.stream)
            except DeviceLostError as error:
                raise self._lose(error, [tenant]) from error

    def rest(self, tenant: Tenant) -> None:
        """Let the echoes of a network on the device fade."""
        with self._lock:
            self._expect_alive()
            try:
                tenant.silence(self._launcher.stream)
            except DeviceLostError as error:
                raise self._lose(error, [tenant]) from error

    def launch(self, work: Sequence[tuple[Tenant, Step]]) -> list[Exception | None]:
        """Carry out one step of each of some networks; gives the error of each that has no room."""
        errors: list[Exception | None] = [None] * len(work)
        with self._lock:
            self._expect_alive()
            try:
                left = list(range(len(work)))
                while left:
                    left = self._launch_some(work, left, errors)
            except DeviceLostError as error:
                raise self._lose(error, [tenant for tenant, _ in work]) from error
        return errors

    def _launch_some(
        self, work: Sequence[tuple[Tenant, Step]], left: list[int], errors: list[Exception | None]
    ) -> list[int]:
        """Launch as many as fit on the device together; gives those that have to wait."""
        staying: list[Tenant] = []
        group: list[int] = []
        for place, index in enumerate(left):
            tenant = work[index][0]
            try:
                self._house(tenant, staying)
            except MemoryError as error:
                if group:
                    left = left[place:]
                    break
                errors[index] = error
                continue
            self._touch(tenant)
            staying.append(tenant)
            group.append(index)
        else:
            left = []

        def enlarge(number: int, wants: tuple[int, int]) -> bool:
            try:
                self._move(staying[number], staying[number].plan(wants), staying)
            except MemoryError as error:
                errors[group[number]] = error
                return False
            return True

        if group:
            try:
                self._launcher.run([work[index] for index in group], enlarge)
            except MemoryError as error:
                for index in group:
                    errors[index] = errors[index] or error
        return left

    def _house(self, tenant: Tenant, staying: Sequence[Tenant]) -> None:
        """See to it that a network is on the device with room for its widths; others that need not stay may go."""
        if not tenant.fits():
            self._move(tenant, tenant.plan(), staying)

    def _move(self, tenant: Tenant, layout: Layout, staying: Sequence[Tenant]) -> None:
        """Give a network other memory; without any it is at home."""
        tenant.fetch(self._launcher.stream)
        tenant.move_out()
        memory = self._allocate(layout.net.size + layout.work.size, staying)
        tenant.move_in(memory, layout, self._launcher.stream)

    def _allocate(self, size: int, staying: Sequence[Tenant]) -> Memory:
        while True:
            if size + sum(tenant.bytes for tenant in self._tenants) <= self._budget:
                try:
                    return self._device.allocate(size)
                except MemoryError:
                    if not self._evict_one(staying):
                        raise
            elif not self._evict_one(staying):
                raise MemoryError(f"{self.id} has no {size} bytes left for a network")

    def _evict_one(self, staying: Sequence[Tenant]) -> bool:
        """Bring the network home that was used longest ago; False where all have to stay."""
        keep = set(map(id, staying))
        idle = [tenant for tenant in self._tenants if tenant.bytes and id(tenant) not in keep]
        if not idle:
            return False
        oldest = min(idle, key=lambda tenant: self._tenants[tenant])
        oldest.fetch(self._launcher.stream)
        oldest.move_out()
        return True

    def _touch(self, tenant: Tenant) -> None:
        self._clock += 1
        self._tenants[tenant] = self._clock

    def _expect_alive(self) -> None:
        if self.lost:
            raise DeviceLostError(f"{self.id} stopped answering")

    def _lose(self, error: DeviceLostError, told: Sequence[Tenant]) -> DeviceLostError:
        """Give up the device: its networks go on from what the host has; others hear of it when they are used.

        Returns
        -------
        DeviceLostError
            What those are told who hear of it now.
        """
        self.lost = True
        for tenant in list(self._tenants):
            tenant.abandon()
        lost = sum(tenant.lost for tenant in told)
        for tenant in told:
            tenant.lost = 0
        return DeviceLostError(str(error), lost)


def _advance(calls: dict[int, Steps], errors: dict[int, Exception | None], outcomes: list[Any]) -> dict[int, Step]:
    """Let calls go on to their next step; those that end leave their outcome."""
    steps = {}
    for index, error in errors.items():
        try:
            steps[index] = next(calls[index]) if error is None else calls[index].throw(error)
        except StopIteration as end:
            outcomes[index] = end.value
        except (EngineError, MemoryError) as refusal:
            outcomes[index] = refusal
    for index in errors.keys() - steps.keys():
        del calls[index]
    return steps
