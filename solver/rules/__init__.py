"""The rules of the domain. Reading this list is reading what a plan has to obey."""

from .base import Rule
from .crewing import Crewing
from .docked_life import DockedLife
from .health import Emergency, Nominal
from .liners import LinerPlaces, LinerRoom, LinerSeats
from .people import Aboard, AtEnd, Departures, Seating
from .ports import OneShip
from .seats import Handover, Rigging
from .staffing import Staffed
from .statements import Statements
from .stay import Stay
from .stranding import Stranding
from .suits import HookUps
from .traffic import Docked, Leave, Precedences, Spacing

RULES: tuple[Rule, ...] = (
    Docked(),
    Leave(),
    OneShip(),
    Spacing(),
    Precedences(),
    Aboard(),
    Seating(),
    Departures(),
    AtEnd(),
    Rigging(),
    Handover(),
    Crewing(),
    HookUps(),
    LinerPlaces(),
    LinerSeats(),
    LinerRoom(),
    Emergency(),
    Nominal(),
    DockedLife(),
    Staffed(),
    Stay(),
    Stranding(),
    Statements(),
)
"""Every rule, in the order in which they are built: a rule may use columns of those before it."""

__all__ = ["RULES", "Rule"]
