"""Generated cases: the same bytes each time, valid, as the knobs say, and planted values that are the best."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from crewreturn import case_names, load_case, solve
from crewreturn.bench.best_known import BEST_KNOWN, BestKnown
from crewreturn.bench.family_knobs import BadKnobs
from crewreturn.bench.generate import BENCHMARK, FAMILIES, Order, generate, write
from crewreturn.bench.generate_command import generate as command
from crewreturn.bench.peers import PEERS
from crewreturn.models.base import mean
from crewreturn.models.case_file import case_digest, dump_json, read_model

HERE = Path(__file__).resolve().parents[2] / "instances" / "benchmark"
FLEETS = ("station", "commercial", "lunar", "large")
ROUNDING = 0.01
"""Micromorts. The solver counts in 1e-10 (1e-4 micromorts), half of it lost for each of fewer than a hundred parts."""


def made(family, seed=1, **knobs):
    """A generated case."""
    return generate(family, seed, **knobs).case


def docked(case):
    """Ships that stand at a port at the start and have seats."""
    kinds = {kind.id: kind for kind in case.vehicle_types}
    return [ship for ship in case.vehicles if ship.docked_at and kinds[ship.type].groups]


# ------------------------------------------------------------------------------------------------------- the files


def test_benchmark_set_is_what_the_generator_makes(tmp_path):
    """`--benchmark` makes the files in `instances/benchmark`, byte by byte, and there are no others but the README.

    Best known values are those that it knows by an argument, and beside them those that runs have shown. Made over
    them, it changes nothing of either.
    """
    write(BENCHMARK, tmp_path)
    there = {file.name: file.read_bytes() for file in HERE.iterdir() if file.suffix != ".md"}
    again = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert sorted(there) == sorted(again)
    assert [name for name in sorted(there) if there[name] != again[name]] in ([], [BEST_KNOWN])
    known, planted = (read_model(folder / BEST_KNOWN, BestKnown).cases for folder in (HERE, tmp_path))
    assert {name: known[name] for name in planted} == planted
    (tmp_path / BEST_KNOWN).write_bytes(there[BEST_KNOWN])
    write(BENCHMARK[-1:], tmp_path, force=True)
    assert (tmp_path / BEST_KNOWN).read_bytes() == there[BEST_KNOWN]


@pytest.mark.parametrize("file", sorted(HERE.glob("*-*.json")), ids=lambda file: file.stem)
def test_benchmark_file_is_a_valid_case_that_says_where_it_comes_from(file):
    """The reader takes it; its labels hold family, seed and each knob, and its description the command."""
    case = load_case(file)
    assert case.id == file.stem
    knobs = {f"knob-{name}" for name in FAMILIES[case.labels["family"]].knobs.model_fields}
    assert {"family", "seed"} | knobs <= set(case.labels)
    assert f"--family {case.labels['family']} --count 1 --seed {case.labels['seed']}" in case.description
    assert file.read_text(encoding="utf-8") == dump_json(case)


def test_benchmark_set_is_not_shipped():
    """Benchmark cases are JSON, and only YAML files under `instances` are cases by name."""
    assert not {file.stem for file in HERE.glob("*.json")} & set(case_names())


def test_best_known_values_say_how_sure_they_are():
    """Each entry belongs to a case of the set. Exactly the planted ones are proven, and certified, by an argument.

    What is certified otherwise is proven by one solver and names others; what nobody has proven is not certified. The
    file says so in every entry.
    """
    text = json.loads((HERE / BEST_KNOWN).read_text(encoding="utf-8"))
    assert all("certified_by" in entry for entry in text["cases"].values())
    known = read_model(HERE / BEST_KNOWN, BestKnown).cases
    cases = {case_digest(case): case.id for case in map(load_case, sorted(HERE.glob("*-*.json")))}
    assert {digest: entry.case for digest, entry in known.items()}.items() <= cases.items()
    by_argument = {entry.case for entry in known.values() if entry.certified_by == "argument"}
    assert by_argument == {case for case in cases.values() if case.startswith("planted-")}
    for entry in known.values():
        if entry.case in by_argument:
            assert (entry.value, entry.proof, entry.proven_by) == (entry.bound, "optimal", "argument")
        elif entry.certified_by is not None:
            assert entry.proof != "none"
            assert entry.proven_by in {"crewreturn", *PEERS}
            assert set(entry.certified_by.split(", ")) <= {"crewreturn", *PEERS} - {entry.proven_by}


def test_same_bytes_in_another_process(tmp_path):
    """Nothing hangs on the order of sets: a process with other hashes makes the same files."""
    orders = [["station"], ["commercial"], ["lunar"], ["large"], ["ms22"], ["planted", "--argument", "counting"]]
    code = (
        "import json, sys\nfrom crewreturn.bench.generate_command import generate\n"
        "for order in json.loads(sys.argv[1]):\n"
        "    generate.main(['--out', sys.argv[2], '--family', *order], standalone_mode=False)\n"
    )
    for number in (1, 2):
        run = [sys.executable, "-c", code, json.dumps(orders), str(tmp_path / str(number))]
        subprocess.run(run, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": str(number)})
    first, second = ({file.name: file.read_bytes() for file in (tmp_path / n).iterdir()} for n in ("1", "2"))
    assert len(first) == len(orders) + 1
    assert first == second


def test_known_values_are_added_to_those_that_stand_there(tmp_path):
    """Two runs into one folder: `best_known.json` holds both; the same again is refused without `force`."""
    for seed in (1, 2):
        write([Order("planted", 1, seed, {"argument": "counting", "parts": 3, "patterns": 1})], tmp_path)
    assert len(read_model(tmp_path / BEST_KNOWN, BestKnown).cases) == 2
    order = ["--family", "planted", "--argument", "counting", "--parts", "3", "--patterns", "1", "--out", str(tmp_path)]
    refused = CliRunner().invoke(command, order, standalone_mode=False)
    assert refused.return_value == 2
    assert "the file exists already" in refused.output
    told = CliRunner().invoke(command, [*order, "--force", "--json"], standalone_mode=False)
    assert told.return_value == 0
    assert len(json.loads(told.output)["cases"]) == 1


# -------------------------------------------------------------------------------------------------------- the knobs


@pytest.mark.parametrize("family", FAMILIES)
def test_every_seed_is_another_valid_case(family):
    """Ten seeds give ten cases, each valid (or it would not be made)."""
    few = {"argument": "counting"} if family == "planted" else {}
    assert len({case_digest(made(family, seed, **few)) for seed in range(10, 20)}) == 10


@pytest.mark.parametrize("family", FLEETS)
def test_knobs_that_all_fleets_have(family):
    """Each is counted in the case: days, hours, free ports, people without a seat, contingency places, spare seats."""
    knobs = {"days": 90, "hours": 12, "free_ports": 2, "unseated": 3, "contingency": 1.0, "spare_seats": 1}
    case, plain = made(family, **knobs), made(family, contingency=0.0)
    assert case.horizon.end - case.horizon.start == timedelta(days=90)
    assert case.resolution == timedelta(hours=12)
    assert sum(person.aboard for person in case.people) == 3
    assert not any(person.aboard for person in plain.people)
    kinds = {kind.id: kind for kind in case.vehicle_types}
    # A commercial station has two ports more, one for the freighter that stands at one of them.
    more = 1 if family == "commercial" else 0
    interfaces = {port.interface for port in case.ports}
    standing = [kinds[ship.type].interface for ship in case.vehicles if ship.docked_at]
    for interface in interfaces:
        ports = sum(port.interface == interface for port in case.ports)
        assert ports - standing.count(interface) == 2 + more
    # Contingency places: in every sound docked ship without liners, or in none.
    without = [ship for ship in docked(case) if not kinds[ship.type].groups[0].needs_liner]
    sound = [ship for ship in without if not any(state.nominal and not state.nominal.allowed for state in ship.health)]
    assert sound
    assert all(any(group.contingency for group in ship.extra_groups) for ship in sound)
    assert not any(ship.extra_groups for ship in plain.vehicles)
    # One seat more in each type without liners.
    before = made(family, **{**knobs, "spare_seats": 0})
    seats = [
        sorted(sum(len(group.seats) for group in kind.groups) for kind in each.vehicle_types if not lined(kind))
        for each in (case, before)
    ]
    assert sum(seats[0]) == sum(seats[1]) + sum(number > 0 for number in seats[1])


def lined(kind):
    """Whether seats of a type need liners."""
    return any(group.needs_liner for group in kind.groups)


@pytest.mark.parametrize("family", FLEETS)
def test_alike_and_staffing(family):
    """`alike` 1: who is not the pilot has the same dates and agency as the others of the crew; 0: other dates."""
    for alike in (0.0, 1.0):
        case = made(family, alike=alike, staffing="soft", **({"visitors": 0.0} if family == "commercial" else {}))
        crews = {}
        for person in case.people:
            if not person.qualified:
                crews.setdefault(person.id.rpartition("-crew-")[0], []).append((person.agency, person.planned_return))
        for crew in crews.values():
            dates = {date for _, date in crew}
            assert len(set(crew)) == 1 if alike else len(dates) == len(crew)
        assert all(rule.soft for rule in case.staffing)
    assert not any(rule.soft for rule in made(family).staffing)
    assert len(case.staffing) == 3


@pytest.mark.parametrize("family", ["station", "commercial", "lunar"])
def test_crews_launches_and_damage(family):
    """So many aboard in seats, so many ships on the ground, so many docked ones that take nobody home as planned."""
    case = made(family, aboard=21, launches=5, damaged=2)
    assert sum(person.aboard_in is not None for person in case.people) == 21
    assert sum(bool(ship.launch) for ship in case.vehicles) == 5
    harmed = [s for s in case.vehicles if any(state.nominal and not state.nominal.allowed for state in s.health)]
    assert len(harmed) == 2
    # The more people, the more is lost of each.
    for ship in harmed:
        losses = [mean(loss) for _, loss in sorted(ship.health[0].emergency.loss.items())]
        assert losses == sorted(set(losses))


def test_suits_and_liners():
    """None to spare: a suit for each of seven, a liner for the three who came with one. To spare: one of each kind."""
    few = made("station", spare_suits=0.0, stowed_liners=0.0, launches=0)
    many = made("station", spare_suits=1.0, stowed_liners=1.0, launches=0, moves_a_day=3)
    assert (len(few.suits), len(few.liners)) == (7, 3)
    assert (len(many.suits), len(many.liners)) == (14, 7)
    assert sum(liner.stowed for liner in many.liners) == 4
    assert many.liner_kinds[0].move.at_most == 3


def test_visitors_haven_and_shelter():
    """All who are not pilots are visitors, or none; the loss without a seat is as given."""
    every, none = made("commercial", visitors=1.0, haven=0.5), made("commercial", visitors=0.0)
    assert all((person.agency == "visitor") != bool(person.qualified) for person in every.people)
    assert any(person.latest_return for person in every.people)
    assert not any(person.agency == "visitor" or person.latest_return for person in none.people)
    assert mean(every.loss_unassured) == 0.5
    assert mean(made("lunar", shelter=0.7).loss_unassured) == 0.7


def test_hoppers():
    """All docked ships are hoppers, which ask for suits, or none is and nobody has one."""
    assert {ship.type for ship in docked(made("lunar", hoppers=1.0))} == {"hopper"}
    none = made("lunar", hoppers=0.0, launches=2)
    assert {ship.type for ship in docked(none)} == {"lander"}
    assert not none.suits


def test_large():
    """100 people in 20 ships, ten of them docked, and two rescue ships; of the ten four with liners, two damaged."""
    case = made("large", people=100, ships=20)
    kinds = {kind.id: kind for kind in case.vehicle_types}
    assert (len(case.people), len(case.vehicles), len(docked(case))) == (100, 22, 10)
    assert sum(lined(kinds[ship.type]) for ship in docked(case)) == 4
    assert sum(any(s.nominal and not s.nominal.allowed for s in ship.health) for ship in docked(case)) == 2
    rescues = [ship for ship in case.vehicles if len(ship.launch) == 1 and not ship.launch[0].brings.people]
    assert len(rescues) == 2
    none = made("large", with_liners=0.0, damaged_share=0.0)
    assert not none.liners
    assert not any(not state.nominal.allowed for ship in none.vehicles for state in ship.health)


def test_thousand_people():
    """The largest size is made in a moment: 1,000 people, 50 ships and 6 rescue ships."""
    case = made("large", people=1000, ships=50)
    assert (len(case.people), len(case.vehicles)) == (1000, 56)


def test_ms22_as_shipped():
    """With every knob at nothing the losses, dates, people, ships and rate are those of the shipped case."""
    still = {"people_dropped": 0, "ships_dropped": 0, "loss_spread": 1.0, "jagged": 0.0, "fewer_home": 0.0, "late": 0}
    case = made("ms22", life=0, price_spread=1.0, rate_spread=1.0, spacing=0, staffing="hard", **still)
    shipped = load_case("soyuz-ms22")
    assert case.horizon == shipped.horizon
    assert case.objective == shipped.objective
    assert mean(case.evacuation.rate_per_day) == mean(shipped.evacuation.rate_per_day)
    assert [person.id for person in case.people] == [person.id for person in shipped.people]
    assert [tables(ship) for ship in case.vehicles] == [tables(ship) for ship in shipped.vehicles]
    assert [dates(ship) for ship in case.vehicles] == [dates(ship) for ship in shipped.vehicles]
    assert [entry.id for entry in case.alternatives] == [entry.id for entry in shipped.alternatives]
    assert case.as_decided is None


def tables(ship):
    """Loss tables of a ship as numbers."""
    passages = [passage for state in ship.health for passage in (state.emergency, state.nominal) if passage]
    return [(passage.at_most, {n: mean(loss) for n, loss in passage.loss.items()}) for passage in passages]


def dates(ship):
    """Launch dates of a ship."""
    return [
        (option.planned, option.earliest, option.latest, option.opportunities) for option in ship.launch
    ], ship.leave


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ms22_drops(seed):
    """Three ships of eleven missing, people with them or beside them; nothing that is left speaks of what is gone."""
    shipped = load_case("soyuz-ms22")
    case = made("ms22", seed, ships_dropped=3, people_dropped=2)
    assert len(case.vehicles) == len(shipped.vehicles) - 3
    assert len(case.people) <= len(shipped.people) - 2
    assert all(suit.fits for suit in case.suits)


# ------------------------------------------------------------------------------------------------------- the values


@pytest.mark.parametrize(
    ("seed", "knobs"),
    [
        (1, {"parts": 3, "patterns": 2}),
        (2, {"parts": 4, "patterns": 2}),
        (1, {"argument": "counting", "parts": 3, "patterns": 1}),
        (2, {"argument": "counting", "parts": 3, "patterns": 2}),
    ],
)
def test_planted_value_is_what_the_solver_proves(seed, knobs):
    """The values were found without a solver; the solver proves the same, level by level, up to its roundings."""
    found = generate("planted", seed, **knobs)
    answer = solve(found.case, time_limit=60)
    for level, (name, value) in zip(answer.levels, found.known.levels.items(), strict=False):
        assert (level.id, level.status) == (name, "optimal")
        assert level.value == pytest.approx(value, abs=ROUNDING)


# ------------------------------------------------------------------------------------------------------- bad knobs


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--family", "stations"], "'stations' is not one of"),
        (["--family", "lunar", "--people", "30"], "has no knob"),
        (["--family", "lunar", "--alike", "1.5"], "alike cannot be 1.5: input should be less than or equal to 1"),
        (["--family", "station", "--hours", "5"], "1, 2, 3, 4, 6, 8, 12 or 24"),
        (["--family", "station", "--days", "many"], "days cannot be 'many'"),
        (["--family", "station", "--damaged", "3"], "Damage fewer"),
        (["--family", "large", "--people", "900"], "a crew has 2 to 40"),
        (["--family", "planted", "--parts", "2", "--patterns", "3"], "Choose at least as many parts"),
        (["--benchmark", "--days", "90"], "Leave out --days"),
        (["--family", "station", "--benchmark"], "one of the two"),
        ([], "one of the two"),
    ],
)
def test_bad_knobs_are_refused_with_advice(arguments, said, tmp_path):
    """Exit status 2, the value named, what to do; and nothing is written."""
    run = CliRunner().invoke(command, [*arguments, "--out", str(tmp_path / "new")])
    assert run.exit_code == 2
    assert said in " ".join(run.output.split())
    assert not list(tmp_path.rglob("*.json"))


def test_a_knob_almost_right_is_suggested():
    """The library says which knob may be meant."""
    with pytest.raises(BadKnobs, match=r"Did you mean .?damaged"):
        generate("station", 1, damagd=1)
    with pytest.raises(BadKnobs, match="lunar"):
        generate("lunra", 1)
