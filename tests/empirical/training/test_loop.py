import numpy as np
import pytest
import torch

from empirical import (
    CURVES,
    RECORDS,
    SGD,
    CrossEntropy,
    Ensemble,
    Epochs,
    Examples,
    FusedEngine,
    Job,
    Record,
    Signature,
    Steps,
    TwoLayer,
    choose_engine,
    draw_parity,
    train,
)
from empirical.training import loop

JOB = Job(
    TwoLayer(width=50, arithmetic="float64"),
    CrossEntropy(),
    SGD(learning_rate=0.2, weight_decay=1e-2),
    Signature((6,), 2),
)
EPOCHS = Epochs(epochs=60, batch_size=32)


def small_problem(seed):
    """78 + 45 samples: with batches of 32 the last ones have 14 and 13 samples."""
    rng = np.random.default_rng(seed)
    start = JOB.model.draw_start(JOB.signature, rng)
    return start, *draw_parity(123, 6, 3, rng=rng).split(78, rng=rng)


def train_small(schedule=EPOCHS, *, engine="ensemble", job=JOB, problem=None, **options):
    start, train_set, gen_set = small_problem(0) if problem is None else problem
    built = choose_engine(job, engine).build(job, [start], [np.random.default_rng(9)])
    times, (curves,) = train(
        built,
        [train_set],
        [gen_set],
        schedule=schedule,
        loss=job.loss,
        batch_orders=[np.random.default_rng(5)],
        **options,
    )
    return times, curves, built


@pytest.mark.parametrize("engine", ["ensemble", "reference"])
def test_curves_are_those_of_a_plain_loop(train_plainly, make_network, engine):
    problems = [small_problem(seed) for seed in (0, 1)]
    starts, train_sets, gen_sets = zip(*problems, strict=True)
    trained = choose_engine(JOB, engine).build(JOB, starts, [np.random.default_rng(9)] * 2)
    records = [RECORDS["train_accuracy_whole"], RECORDS["train_loss_whole"]]
    orders = [np.random.default_rng(k) for k in (5, 6)]
    times, curves = train(
        trained, train_sets, gen_sets, schedule=EPOCHS, loss=JOB.loss, batch_orders=orders, records=records
    )
    np.testing.assert_array_equal(times, np.arange(1, 61))
    for k, (start, train_set, gen_set) in enumerate(problems):
        network = make_network(start)
        optimizer = torch.optim.SGD(network.parameters(), lr=0.2, weight_decay=0.01)
        batches = np.random.default_rng(5 + k)
        expected = train_plainly(network, optimizer, train_set, gen_set, batches=batches, epochs=60, batch_size=32)
        assert set(curves[k]) == set(expected)
        for name, curve in expected.items():
            np.testing.assert_allclose(curves[k][name], curve, rtol=0, atol=1e-11, err_msg=name)
        for ours, theirs in zip(trained.parameters(k).values(), network.parameters(), strict=True):
            np.testing.assert_allclose(ours, theirs.detach(), rtol=0, atol=1e-11)
    # The problem is such that the four accuracies differ, or the comparison would say little.
    assert len({tuple(curves[0][name]) for name in curves[0] if "accuracy" in name}) == 4
    assert curves[0]["train_accuracy"][-1] > curves[0]["train_accuracy"][0] + 0.1


@pytest.mark.skipif(not FusedEngine.available(), reason="the kernel was not built: no C compiler")
@pytest.mark.parametrize("learning_rate", [0.2, 1e3, 1e30])  # margins near 0, of a thousand, and no numbers
@pytest.mark.parametrize("batch_size", [1, 7, 32, None])
def test_an_engine_that_goes_through_epochs_by_itself_sees_what_is_seen_from_outside(
    monkeypatch, learning_rate, batch_size
):
    """Curves and records: of two runs, with short last batches, stopping early or not."""
    descent = SGD(learning_rate=learning_rate, weight_decay=2e-3 / learning_rate)
    job = Job(TwoLayer(width=50), CrossEntropy(), descent, JOB.signature)
    starts, train_sets, gen_sets = zip(*map(small_problem, (0, 1)), strict=True)
    asked = ("train_accuracy_whole", "train_margin", "gen_margin", "weight_norm")
    records = [
        *(RECORDS[name] for name in asked),
        Record("moved", lambda run: run.moving[0][:, 0], "margins", ("sample",)),
        Record("labels", lambda run: run.moving[1], "labels in their order", ("sample",)),
        Record("own", lambda run: [getattr(run, one.name) for one in CURVES], "the curves, from outside", ("curve",)),
    ]
    schedule = Epochs(epochs=8, batch_size=batch_size, stop_after=4, stop_level=0.6)

    def trained(records):
        orders = [np.random.default_rng(k) for k in (5, 6)]
        engine = FusedEngine(job, starts)
        return train(
            engine, train_sets, gen_sets, schedule=schedule, loss=job.loss, batch_orders=orders, records=records
        )[1]

    by_itself, with_records = trained([]), trained(records)
    monkeypatch.setattr(loop, "EpochEngine", type(None))
    for plain, found, expected in zip(by_itself, with_records, trained(records), strict=True):
        assert set(found) == set(expected)
        for name, curve in expected.items():
            exactly = name in asked or name in ("moved", "labels")
            np.testing.assert_allclose(found[name], curve, rtol=0 if exactly else 1e-6, err_msg=name)
        np.testing.assert_allclose(found["own"].T, [found[one.name] for one in CURVES], rtol=1e-6)
        for name, curve in plain.items():
            np.testing.assert_array_equal(curve, found[name], err_msg=name)


def test_steps_are_those_of_a_plain_loop_and_are_looked_at_when_they_say(make_network):
    """Whole-set accuracies and losses, before the first step and after chosen ones, on batches of the stream."""
    schedule = Steps(steps=50, dense=4, growth=1.5, batch_size=11)
    start, train_set, gen_set = small_problem(0)
    network = make_network(start)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.2, weight_decay=0.01)
    x, y = (torch.from_numpy(part) for part in (train_set.inputs.astype(float), train_set.labels.astype(int)))
    x_gen, y_gen = (torch.from_numpy(part) for part in (gen_set.inputs.astype(float), gen_set.labels.astype(int)))
    order, rng = [], np.random.default_rng(5)
    while len(order) < 50 * 11:
        order += rng.permutation(78).tolist()
    expected = {}
    for step in range(51):
        if step in schedule.times():
            for part, inputs, labels in (("train", x, y), ("gen", x_gen, y_gen)):
                with torch.no_grad():
                    outputs = network(inputs)
                expected.setdefault(f"{part}_accuracy", []).append((outputs.argmax(1) == labels).double().mean().item())
                expected.setdefault(f"{part}_loss", []).append(
                    torch.nn.functional.cross_entropy(outputs, labels).item()
                )
        batch = order[step * 11 : step * 11 + 11]
        if batch:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimizer.step()
    for engine in ("ensemble", "reference"):
        times, curves, _ = train_small(schedule, engine=engine, records=[RECORDS["train_accuracy_whole"]])
        assert tuple(times) == schedule.times()
        for name, curve in expected.items():
            np.testing.assert_allclose(curves[name], curve, rtol=0, atol=1e-11, err_msg=name)
        np.testing.assert_array_equal(curves["gen_accuracy"], curves["gen_accuracy_whole"])
        np.testing.assert_array_equal(curves["train_accuracy"], curves["train_accuracy_whole"])


@pytest.mark.parametrize(("engine", "steps"), [("ensemble", 9000), ("reference", 600)])
def test_when_is_looked_does_not_change_the_training(engine, steps):
    """Long legs go to the engine in pieces."""
    rare, often = (
        train_small(Steps(steps=steps, batch_size=8, **looks), engine=engine)
        for looks in ({"dense": 0, "growth": 1e9}, {"dense": 30, "growth": 1.01})
    )
    assert len(rare[0]) == 3 < len(often[0])
    assert rare[1]["train_loss"][-1] == often[1]["train_loss"][-1]
    for name, weights in rare[2].parameters(0).items():
        np.testing.assert_array_equal(weights, often[2].parameters(0)[name])


def test_without_a_batch_size_a_step_is_on_the_whole_set_in_its_order():
    _, whole, _ = train_small(Steps(steps=20))
    _, same, _ = train_small(Steps(steps=20, batch_size=78))
    _, larger, _ = train_small(Steps(steps=20, batch_size=500))
    _, epochs, _ = train_small(Epochs(epochs=20, batch_size=None))
    np.testing.assert_array_equal(whole["train_loss"], same["train_loss"])
    np.testing.assert_array_equal(whole["train_loss"], larger["train_loss"])
    np.testing.assert_allclose(whole["train_loss"][:-1], epochs["train_loss"], rtol=1e-12)


def test_a_tie_is_class_0():
    """Two equal output rows: both logits agree for every input."""
    start, train_set, gen_set = small_problem(0)
    start["output.weight"][1] = start["output.weight"][0]
    for label, accuracy in ((0, 1.0), (1, 0.0)):
        # One batch, so that the recorded training accuracy is the one before any step.
        alike = Examples(train_set.inputs, np.full_like(train_set.labels, label))
        _, curves, _ = train_small(Epochs(epochs=1, batch_size=78), problem=(start, alike, gen_set))
        assert curves["train_accuracy"][0] == pytest.approx(accuracy, rel=1e-12)
        assert curves["train_loss"][0] == pytest.approx(np.log(2), rel=1e-6)


@pytest.mark.parametrize("schedule", [EPOCHS, Steps(steps=60, dense=2, growth=2.0)])
def test_what_was_done_is_counted_after_every_look_and_an_exception_ends_the_training(schedule):
    done = []

    def after_leg(length):
        done.append(length)
        if len(done) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_small(schedule, after_leg=after_leg)
    assert len(done) == 5
    lengths = []
    train_small(schedule, after_leg=lengths.append)
    assert sum(lengths) == 60
    times = schedule.times() if isinstance(schedule, Steps) else range(61)
    assert lengths == ([0] if isinstance(schedule, Steps) else []) + np.diff(times).tolist()


def test_curves_on_request_are_what_they_say():
    schedule = Epochs(epochs=7, batch_size=32)
    records = [record for name, record in RECORDS.items() if name not in ("embedding", "rqi", "ipr")]
    _, curves, built = train_small(schedule, records=records)
    _, train_set, gen_set = small_problem(0)
    weights = built.parameters(0)
    for name, examples in (("train", train_set), ("gen", gen_set)):
        labels = examples.labels.astype(int)
        hidden = np.maximum(examples.inputs @ weights["hidden.weight"].T + weights["hidden.bias"], 0)
        logits = hidden @ weights["output.weight"].T
        own, other = logits[np.arange(len(labels)), labels], logits[np.arange(len(labels)), 1 - labels]
        assert curves[f"{name}_margin"][-1] == pytest.approx((own - other).mean(), rel=1e-10)
        assert curves[f"{name}_accuracy_whole"][-1] == pytest.approx((own > other).mean(), rel=1e-12)
        if name == "train":
            loss = np.log(1 + np.exp(other - own)).mean()
            assert curves["train_loss_whole"][-1] == pytest.approx(loss, rel=1e-10)
    squares = sum((part**2).sum() for part in weights.values())
    assert curves["weight_norm"][-1] == pytest.approx(np.sqrt(squares), rel=1e-12)
    _, plain, _ = train_small(schedule)
    assert set(plain) == {curve.name for curve in CURVES}
    for name in plain:  # what else is recorded changes nothing
        np.testing.assert_array_equal(curves[name], plain[name])


def test_a_record_sees_the_sets_the_outputs_and_the_weights_of_its_own_run_and_look():
    seen = []

    def look(run):
        seen.append(run.time)
        hidden = run.inputs_gen @ torch.from_numpy(run.parameters["hidden.weight"].T)
        outputs = (hidden + torch.from_numpy(run.parameters["hidden.bias"])).relu() @ torch.from_numpy(
            run.parameters["output.weight"].T
        )
        torch.testing.assert_close(run.outputs_gen, outputs if run.outputs_gen.shape[1] == 2 else outputs.diff(dim=1))
        assert run.targets_gen.dtype == torch.int64
        assert len(run.inputs_train) == len(run.outputs_train) == len(run.targets_train) == 78
        return run.parameters["hidden.weight"].mean(axis=1)

    for engine in ("ensemble", "reference"):
        times, curves, _ = train_small(
            Steps(steps=9, dense=3, growth=2), engine=engine, records=[Record("means", look, "means", ("unit",))]
        )
        assert curves["means"].shape == (len(times), 50)
        assert (np.diff(curves["means"], axis=0) != 0).any()
        assert seen == list(times)
        seen.clear()


def two_tasks(schedule, records=(), **stop):
    """Two networks of which one learns an easier task."""
    start, *parity = small_problem(0)
    rng = np.random.default_rng(1)
    easy = draw_parity(123, 6, 1, rng=rng).split(78, rng=rng)
    orders = [np.random.default_rng(k) for k in (0, 1)]
    return train(
        Ensemble(JOB, [start, start]), *zip(parity, easy, strict=True), schedule=schedule.replace(**stop),
        loss=JOB.loss, batch_orders=orders, records=records,
    )  # fmt: skip


@pytest.mark.parametrize(
    "schedule", [Epochs(epochs=200, batch_size=16), Steps(steps=1200, dense=10, growth=1.02, batch_size=16)]
)
def test_a_network_stops_when_both_curves_have_stayed_high(schedule):
    """Each stops by the rule, with the same curve up to there; looks are counted, no epochs or steps."""
    times, full = two_tasks(schedule)
    stopped_times, stopped = two_tasks(schedule, stop_after=5, stop_level=0.95)
    lengths = []
    for whole, short in zip(full, stopped, strict=True):
        high = np.minimum(whole["train_accuracy"], whole["gen_accuracy"]) >= 0.95
        end = next(look for look in range(5, len(times) + 1) if high[look - 5 : look].all())
        lengths.append(end)
        for name, curve in short.items():
            np.testing.assert_array_equal(curve, whole[name][:end], err_msg=name)
    assert lengths[1] < lengths[0] < len(times)
    np.testing.assert_array_equal(stopped_times, times[: lengths[0]])


@pytest.mark.parametrize("engine", ["ensemble", "reference"])
def test_an_engine_can_be_asked_after_its_training(engine):
    _, _, built = train_small(Epochs(epochs=2, batch_size=32), engine=engine)
    _, _, gen_set = small_problem(0)
    inputs, labels = built.load([gen_set.inputs], [gen_set.labels])
    assert built.outputs(inputs).shape[:2] == (1, 45)
    assert labels.tolist() == [gen_set.labels.tolist()]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (Record("ragged", lambda run: np.zeros(run.time), "r"), "'ragged' must have one shape at every look, got"),
        (Record("word", lambda run: "good", "w"), "record 'word' must be numbers, got <U4; a file has to hold it"),
        (Record("complex", lambda run: 1j, "c"), "record 'complex' must be numbers, got complex128"),
        (Record("nothing", lambda run: None, "n"), "record 'nothing' must be numbers, got object"),
        (
            Record("flat", lambda run: [1, 2], "f", ("a", "b")),
            r"'flat' must have the axes a, b, got the shape \(2,\); na",
        ),
        (
            Record("own", lambda run: [1, 2], "o", ("own",)),
            "record 'own' has an axis 'own', which is another name here",
        ),
        (Record("timed", lambda run: [1, 2], "t", ("epoch",)), "record 'timed' has an axis 'epoch', which is another"),
        (Record("square", lambda run: np.eye(2, 3), "s", ("a", "a")), "axis 'a' must have one size .*, got 2 and 3"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_record_that_cannot_be_kept_is_refused_at_the_first_look(record, message):
    looks = []
    with pytest.raises(ValueError, match=message):
        train_small(Epochs(epochs=3, batch_size=None), records=[record], after_leg=looks.append)
    assert len(looks) == (3 if record.name == "ragged" else 0)


@pytest.mark.parametrize(
    "schedule", [Epochs(epochs=9, batch_size=32), Steps(steps=50, dense=3, growth=1.3), Steps(steps=2, dense=1)]
)
@pytest.mark.parametrize("spacing", [1.0, 1.5, 4.0])
def test_a_record_with_a_spacing_is_measured_at_few_looks_and_always_at_the_last(schedule, spacing):
    seen = []
    spaced = Record("spaced", lambda run: seen.append(run.time) or [run.time, 1], "s", ("pair",), spacing)
    times, curves, _ = train_small(schedule, records=[spaced])
    expected, last = [int(times[0])], int(times[0])
    for time in times[1:].tolist():
        if time >= spacing * last or time == times[-1]:
            expected.append(time)
            last = time
    assert seen == expected
    assert curves["spaced"].shape == (len(times), 2)
    np.testing.assert_array_equal(~np.isnan(curves["spaced"][:, 0]), np.isin(times, expected))
    np.testing.assert_array_equal(curves["spaced"][np.isin(times, expected), 0], expected)
    _, plain, _ = train_small(schedule)
    for name, curve in plain.items():
        np.testing.assert_array_equal(curves[name], curve)


def test_each_run_that_stops_early_is_measured_at_its_own_last_look():
    spaced = Record("spaced", lambda run: 1.0, "s", (), 1000.0)
    schedule = Epochs(epochs=200, batch_size=16)
    times, curves = two_tasks(schedule, stop_after=5, stop_level=0.95, records=[spaced])
    assert len(curves[1]["spaced"]) < len(curves[0]["spaced"]) == len(times) < 200
    for run in curves:
        assert np.flatnonzero(run["spaced"] == 1).tolist() == [0, len(run["spaced"]) - 1]


@pytest.mark.parametrize("spacing", [0.5, float("inf"), float("nan")])
def test_a_spacing_is_at_least_one(spacing):
    with pytest.raises(ValueError, match=r"spacing must be at least 1 and finite, got .*; 1 measures 'rare' at every"):
        Record("rare", lambda run: 0.0, "r", spacing=spacing)
