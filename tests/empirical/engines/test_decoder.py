import dataclasses
import importlib.machinery
import platform
import shutil
import subprocess
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch

from empirical import (
    SGD,
    SYSTEMS,
    AdamW,
    CrossEntropy,
    DecoderEngine,
    EmbeddingDecoder,
    Group,
    Job,
    ReferenceEngine,
    Signature,
    SquaredError,
    TargetDistance,
    TwoLayer,
    choose_engine,
    train_together,
)
from empirical.engines import decoder, kernel
from empirical.engines.decoder import DecoderKind

built = pytest.mark.skipif(not DecoderEngine.available(), reason="the kernel was not built: no C compiler")
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

SHAPES = [  # symbols, classes, and the model
    (10, 19, {"width": 200}),
    (10, 19, {"width": 37, "dimension": 2, "layers": 1, "target_dimension": 7}),
    (7, 7, {"width": 33, "dimension": 2, "layers": 3, "target_dimension": 31}),
    (4, 7, {"width": 5, "dimension": 17, "target_dimension": 1}),
    (2, 2, {"width": 1, "target_dimension": 16}),
    (10, 19, {"width": 70, "target_dimension": 0}),
    (59, 59, {"width": 49, "dimension": 2, "layers": 3, "target_dimension": 0}),
    (3, 2, {"width": 16, "layers": 1, "target_dimension": 0}),
]


def vector_widths():
    if not DecoderEngine.available():
        return [16]
    job, start, _ = problem(2, 2, 1, width=1)
    widest = DecoderEngine(job, start).lanes
    return [lanes for lanes in (4, 8, 16) if lanes <= widest]


def problem(symbols, classes, pairs, *, runs=1, places=2, optimizer=None, seed=0, **model):
    """A job, weights that are float32 numbers, and (inputs, labels) of each run."""
    parts = EmbeddingDecoder(**model)
    loss = TargetDistance() if parts.target_dimension else CrossEntropy()
    job = Job(parts, loss, optimizer or AdamW(weight_decay=0.0), Signature((places,), classes, tokens=symbols))
    rng = np.random.default_rng(seed)
    starts = [parts.draw_start(job.signature, rng) for _ in range(runs)]
    inputs = [rng.integers(symbols, size=(pairs, places)) for _ in starts]
    return job, starts, (inputs, [one.sum(axis=1) % classes for one in inputs])


def reference(job, starts):
    double = Job(job.model.replace(arithmetic="float64"), job.loss, job.optimizer, job.signature)
    return ReferenceEngine(double, starts, [np.random.default_rng(0) for _ in starts])


def bits(engine, run=0):
    return [array.tobytes() for array in engine.parameters(run).values()]


@built
@pytest.mark.parametrize("lanes", vector_widths())
@pytest.mark.parametrize("pairs", [1, 5, 45, 48, 131])
@pytest.mark.parametrize(("symbols", "classes", "model"), SHAPES, ids=range(len(SHAPES)))
def test_gradients_are_those_of_autograd_in_float64(lanes, symbols, classes, model, pairs):
    """Without memory and with a large ε, AdamW's step is ηg/(|g| + ε); one so long hides nothing of g."""
    rate, epsilon = 2.0**40, 2.0**20
    adamw = AdamW(learning_rate=rate, weight_decay=0.0, beta1=0.0, beta2=0.0, epsilon=epsilon)
    job, (start,), examples = problem(symbols, classes, pairs, optimizer=adamw, **model)
    engine = DecoderEngine(job, [start], lanes=lanes)
    inputs, labels = engine.load(*examples)
    outputs = engine.descend(inputs, labels, pairs)
    module = job.model.build(job.signature).double()
    module.load_state_dict({name: torch.from_numpy(array) for name, array in start.items()})
    expected = module(inputs[0])
    job.loss.values(expected, labels[0]).mean().backward()
    np.testing.assert_allclose(outputs[0], expected.detach(), rtol=0, atol=2e-6 * abs(expected.detach()).max())
    end = engine.parameters(0)
    for name, parameter in module.named_parameters():
        moved, gradient = start[name] - end[name], parameter.grad.numpy()
        assert abs(gradient).max() > 0
        step = rate * gradient / (abs(gradient) + epsilon)
        np.testing.assert_allclose(moved, step, rtol=0, atol=3e-6 * abs(step).max(), err_msg=name)


@built
@pytest.mark.parametrize("lanes", vector_widths())
@pytest.mark.parametrize(("target_dimension", "pairs", "batch_size"), [(30, 45, 45), (0, 131, 50), (5, 97, 97)])
def test_steps_are_those_of_the_reference_in_float64(lanes, target_dimension, pairs, batch_size):
    """Rates and decays of groups, a warm-up that ends, betas of one's own, and short last batches."""
    adamw = AdamW(
        learning_rate=3e-3,
        weight_decay=5.0,
        beta1=0.8,
        beta2=0.9,
        epsilon=1e-5,
        warm_up=4,
        groups=(
            Group(name="embedding", learning_rate=1e-2, weight_decay=0.5),
            Group(name="biases", parameters="*.bias", learning_rate=2e-3, weight_decay=20.0),
        ),
    )
    size = {"width": 43, "dimension": 2, "target_dimension": target_dimension}
    job, starts, examples = problem(12, 23, pairs, runs=2, optimizer=adamw, **size)
    engine, double = DecoderEngine(job, starts, lanes=lanes), reference(job, starts)
    inputs, labels = engine.load(*examples)
    for _ in range(12):
        found, expected = (one.descend(inputs, labels, batch_size) for one in (engine, double))
        np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5 * abs(expected).max())
    for run, start in enumerate(starts):
        ours, theirs = engine.parameters(run), double.parameters(run)
        assert ours.keys() == theirs.keys()
        for name, array in theirs.items():
            moved = abs(array - start[name]).max()
            np.testing.assert_allclose(ours[name], array, rtol=0, atol=3e-4 * moved, err_msg=name)
    np.testing.assert_allclose(engine.outputs(inputs[:, :3]), double.outputs(inputs[:, :3]), rtol=0, atol=1e-4)


@built
@pytest.mark.parametrize(
    "change", [{}, {"model.target_dimension": 0, "loss": "cross_entropy", "task.operation": "modular_addition"}]
)
def test_curves_are_those_of_the_reference(change):
    """The same examples, weights and batches come from the same seeds."""
    small = {"steps": 60, "dense": 20, "train_pairs": 40, "width": 50, "batch_size": 16}
    runs = SYSTEMS["representation"].experiments(seed=[0, 1], **small, **change)
    records = ["train_margin", "weight_norm"]
    found, expected = (train_together(runs, engine=name, records=records) for name in ("decoder", "reference"))
    for one, other in zip(found, expected, strict=True):
        for name in ("train_loss", "gen_loss", *records):
            np.testing.assert_allclose(one[name], other[name], rtol=1e-3, atol=1e-4, err_msg=name)
        assert one["train_loss"][-1] < one["train_loss"][0]


@pytest.mark.slow
@built
def test_over_long_runs_the_times_are_those_of_the_reference():
    """Rounding grows over thousands of steps; steps to full accuracy stay where they are."""
    runs = SYSTEMS["representation"].experiments(seed=range(6), steps=2500)
    engines = ("decoder", "reference")
    for name in ("train_accuracy", "gen_accuracy"):
        times = np.array([[_first(run, name) for run in train_together(runs, engine=engine)] for engine in engines])
        np.testing.assert_allclose(times[0], times[1], rtol=0.1)


def _first(run, name):
    right = np.flatnonzero(run[name] >= 0.9)
    return run["step"].to_numpy()[right[0]] if right.size else np.inf


@built
def test_the_first_outputs_are_those_of_the_weights_before():
    job, starts, examples = problem(10, 19, 45, width=40)
    engine = DecoderEngine(job, starts)
    inputs, labels = engine.load(*examples)
    for _ in range(3):
        before = engine.outputs(inputs)
        assert torch.equal(engine.descend(inputs, labels, 45), before)
        assert not torch.equal(engine.outputs(inputs), before)


@built
def test_the_bits_do_not_depend_on_repetition_or_company():
    job, starts, (inputs, labels) = problem(10, 19, 60, runs=3, width=41)

    def end(chosen):
        engine = DecoderEngine(job, [starts[k] for k in chosen])
        examples = engine.load([inputs[k] for k in chosen], [labels[k] for k in chosen])
        outputs = [engine.descend(*examples, size) for size in (60, 7, 60, 49) * 3]
        return [bits(engine, k) for k in range(len(chosen))], torch.cat(outputs, dim=1)

    together, outputs = end([0, 1, 2])
    assert end([0, 1, 2])[0] == together
    for k in range(3):
        alone, outputs_alone = end([k])
        assert alone == [together[k]]
        assert torch.equal(outputs_alone[0], outputs[k])


@built
def test_a_block_is_not_touched_by_what_another_left():
    job, starts, (inputs, labels) = problem(10, 19, 48, width=23, target_dimension=0)
    fresh, used = DecoderEngine(job, starts), DecoderEngine(job, starts)
    few = used.load([inputs[0][:3]], [labels[0][:3]])
    used.outputs(used.load(inputs, labels)[0])
    for engine in (fresh, used):
        for _ in range(3):
            engine.descend(*few, 3)
    assert bits(fresh) == bits(used)


def single_units(values, lanes=None):
    """A network whose output for symbol k is tanh of the k-th value."""
    start = {
        "embedding": values[:, None].astype(float),
        "decoder.0.weight": np.ones((1, 1)),
        "decoder.0.bias": np.zeros(1),
        "decoder.2.weight": np.array([[1.0], [0.0]]),
        "decoder.2.bias": np.zeros(2),
    }
    job, _, _ = problem(len(values), 2, 1, places=1, width=1, layers=1, target_dimension=0)
    engine = DecoderEngine(job, [start], lanes=lanes)
    inputs, _ = engine.load([np.arange(len(values))[:, None]], [np.zeros(len(values))])
    return engine.outputs(inputs)[0, :, 0].numpy()


@built
@pytest.mark.parametrize("lanes", vector_widths())
def test_the_hyperbolic_tangent_is_right_to_three_units_in_the_last_place(lanes):
    rng = np.random.default_rng(0)
    x = np.concatenate([np.exp(rng.uniform(-85, 88, 20_000)), np.exp(rng.uniform(-5, 3, 60_000))]).astype(np.float32)
    x *= rng.choice(np.array([-1, 1], dtype=np.float32), x.size)
    expected = np.tanh(x.astype(float))
    unit = np.spacing(abs(expected).astype(np.float32)).astype(float)
    assert (abs(single_units(x, lanes) - expected) / unit).max() < 3
    ends = single_units(np.array([0.0, np.inf, -np.inf, np.nan, 10.0, -10.0]), lanes)
    np.testing.assert_array_equal(ends, [0, 1, -1, np.nan, 1, -1])


@built
@pytest.mark.parametrize("lanes", vector_widths())
def test_the_softmax_of_logits_far_apart_is_that_of_pytorch(lanes):
    """One class has all the probability, and the others none that float32 could hold beside it."""
    rate, epsilon = 2.0**40, 2.0**20
    adamw = AdamW(learning_rate=rate, weight_decay=0.0, beta1=0.0, beta2=0.0, epsilon=epsilon)
    job, (start,), _ = problem(2, 4, 1, optimizer=adamw, width=3, target_dimension=0)
    start["decoder.4.bias"] = np.array([410.0, 500.0, -1000.0, 3.0])
    start["decoder.4.weight"] *= 0
    engine = DecoderEngine(job, [start], lanes=lanes)
    engine.descend(*engine.load([np.zeros((2, 2), int)], [np.array([1, 2])]), 1)
    # The first sample's answer is right, and the second one moves its own class and the one that it took for it.
    moved = (engine.parameters(0)["decoder.4.bias"] - start["decoder.4.bias"]) * epsilon / rate
    np.testing.assert_allclose(moved, [0, -1, 1, 0], rtol=1e-5, atol=1e-6)


@built
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64", "arm64", "aarch64"), reason="another processor")
def test_denormal_numbers_are_zero_in_the_kernel_and_nowhere_else():
    job, (start,), (inputs, labels) = problem(2, 2, 3, width=1, target_dimension=0)
    for name, array in start.items():
        array[:] = 1e-40 if name == "decoder.4.bias" else 0.0
    engine = DecoderEngine(job, [start])
    inputs, labels = engine.load(inputs, labels)
    assert not engine.outputs(inputs).any()
    assert not engine.descend(inputs, labels, 3).any()
    assert np.float32(1e-39) * np.float32(0.5) > 0


@built
def test_the_padding_of_the_weights_stays_zero():
    """Else what is there could grow over long runs, until it costs time."""
    job, starts, examples = problem(10, 19, 131, width=37, dimension=2)
    engine = DecoderEngine(job, starts)
    inputs, labels = engine.load(*examples)
    for _ in range(5):
        engine.descend(inputs, labels, 60)
    for name, planes in engine._memory[0].items():
        rows, columns = np.atleast_2d(starts[0][name]).shape
        padding = planes.copy()
        padding[:, :rows, :columns] = 0
        assert padding.size > 4 * rows * columns
        assert not padding.any(), name


@built
def test_diverged_weights_are_not_hidden():
    job, starts, examples = problem(5, 9, 20, width=8, optimizer=AdamW(learning_rate=1e38, weight_decay=0.0))
    engine = DecoderEngine(job, starts)
    inputs, labels = engine.load(*examples)
    for _ in range(5):
        engine.descend(inputs, labels, 20)
    assert not engine.outputs(inputs).isfinite().any()


@built
def test_any_layout_of_input_is_read_rightly():
    job, starts, examples = problem(6, 11, 30, width=20)
    engine = DecoderEngine(job, starts)
    inputs, labels = engine.load(*examples)
    expected = engine.outputs(inputs)
    assert torch.equal(engine.outputs(inputs.mT.contiguous().mT), expected)
    assert torch.equal(engine.outputs(inputs.int()), expected)
    assert torch.equal(engine.outputs(inputs[:, ::3]), expected[:, ::3])
    assert engine.outputs(inputs[:, :0]).shape == (1, 0, 11)
    assert engine.descend(inputs[:, :0], labels[:, :0], 7).shape == (1, 0, 11)
    assert torch.equal(engine.outputs(inputs), expected)


@built
def test_what_does_not_fit_is_refused():
    job, starts, examples = problem(6, 11, 30, runs=2, width=20)
    engine = DecoderEngine(job, starts)
    inputs, labels = engine.load(*examples)
    before = bits(engine, 0), bits(engine, 1)
    for wrong in (inputs[:1], inputs[:, :, 1:]):
        with pytest.raises(ValueError, match="inputs must have the shape"):
            engine.outputs(wrong)
        with pytest.raises(ValueError, match="inputs must have the shape"):
            engine.descend(wrong, labels, 10)
    for wrong in (labels[:1], labels[:, 1:], labels.unsqueeze(2)):
        with pytest.raises(ValueError, match="targets must have the shape"):
            engine.descend(inputs, wrong, 10)
    for bad in (-1, 6):
        with pytest.raises(ValueError, match="Symbols must be whole numbers from 0 to 5"):
            engine.outputs(torch.full_like(inputs, bad))
        with pytest.raises(ValueError, match="Symbols must be whole numbers from 0 to 5"):
            engine.descend(torch.full_like(inputs, bad), labels, 10)
    for bad in (-1, 11):
        with pytest.raises(ValueError, match="labels from 0 to 10"):
            engine.descend(inputs, torch.full_like(labels, bad), 10)
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        engine.descend(inputs, labels, 0)
    with pytest.raises(ValueError, match="lanes must be"):
        DecoderEngine(job, starts, lanes=12)
    for start in ({**starts[0], "embedding": np.ones((6, 2))}, {"embedding": np.ones((6, 1))}):
        with pytest.raises(ValueError, match="initial weights must be those of the model"):
            DecoderEngine(job, [start])
    with pytest.raises(ValueError, match="engine 'decoder' descends by the optimizer 'adamw', not 'sgd'"):
        DecoderEngine(dataclasses.replace(job, optimizer=SGD()), starts)
    assert (bits(engine, 0), bits(engine, 1)) == before


class Deeper(EmbeddingDecoder):
    name: ClassVar[str] = "deeper"


ABLE = {"model": EmbeddingDecoder(), "loss": TargetDistance(), "optimizer": AdamW(), "outputs": 19, "inputs": (2,)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"model": TwoLayer()}, "trains the model 'embedding_decoder', not 'two_layer'"),
        ({"model": Deeper()}, "trains the model 'embedding_decoder', not 'deeper'"),
        (
            {"loss": CrossEntropy()},
            "minimises the loss 'target_distance' of a model with targets of dimension 30, not 'cross_entropy'",
        ),
        (
            {"model": EmbeddingDecoder(target_dimension=0), "loss": SquaredError()},
            "minimises the loss 'cross_entropy' of a model with no targets, not 'squared_error'",
        ),
        ({"optimizer": SGD()}, "descends by the optimizer 'adamw', not 'sgd'"),
        ({"model": EmbeddingDecoder(dropout=0.1)}, "has no dropout"),
        ({"optimizer": AdamW(filter_gain=2.0)}, "has no filter of gradients"),
        ({"outputs": 1}, "trains two classes or more, not 1"),
        ({"inputs": (2, 2)}, "takes inputs that are rows of symbols"),
        ({"tokens": None}, "takes inputs that are rows of symbols"),
        ({"device": "cuda"}, "computes in float32 on a processor, not in float32 on cuda"),
        (
            {"model": EmbeddingDecoder(arithmetic="float64")},
            "computes in float32 on a processor, not in float64 on cpu",
        ),
    ],
)
def test_it_says_what_it_is_not_able_to_train(monkeypatch, change, reason):
    monkeypatch.setattr(DecoderEngine, "available", staticmethod(lambda: True))

    def job(model, loss, optimizer, outputs, inputs, tokens=10, device="cpu"):
        return Job(model, loss, optimizer, Signature(inputs, outputs, tokens=tokens), device)

    for able in (ABLE, {**ABLE, "model": EmbeddingDecoder(target_dimension=0), "loss": CrossEntropy()}):
        assert choose_engine(job(**able)).name == "decoder"
    refused = job(**{**ABLE, **change})
    assert DecoderKind().unable(refused) == reason
    assert choose_engine(refused).name == "reference"
    with pytest.raises(ValueError, match=f"engine 'decoder' {reason}; leave engine out"):
        choose_engine(refused, "decoder")


@pytest.fixture
def _fresh_search():
    """Forget which kernel was found, before and after."""
    decoder._library.cache_clear()
    yield
    decoder._library.cache_clear()


@pytest.mark.usefixtures("_fresh_search")
@pytest.mark.parametrize("found", ["nothing", "no library"])
def test_without_the_kernel_the_reference_trains(monkeypatch, tmp_path, found):
    spec = None
    if found == "no library":
        (tmp_path / "kernel.so").write_text("not a library")
        spec = importlib.machinery.ModuleSpec("kernel", None, origin=str(tmp_path / "kernel.so"))
    monkeypatch.setattr(kernel.importlib.util, "find_spec", lambda name: spec)
    assert not DecoderEngine.available()
    job, starts, _ = problem(2, 3, 1, width=1)
    assert choose_engine(job).name == "reference"
    with pytest.raises(ValueError, match="engine 'decoder' has no compiled kernel here; leave engine out"):
        choose_engine(job, "decoder")
    with pytest.raises(RuntimeError, match="install a C compiler"):
        DecoderEngine(job, starts)


def test_the_source_and_its_caller_have_the_same_interface_number():
    source = Path(decoder.__file__).with_name("decoder_descent.c").read_text(encoding="utf-8")
    assert f" INTERFACE = {decoder._INTERFACE}, " in source


@pytest.mark.skipif(COMPILER is None, reason="no C compiler")
def test_the_kernel_compiles_without_a_warning():
    source = Path(decoder.__file__).with_name("decoder_descent.c")
    flags = ["-O1", "-fno-math-errno", "-Wall", "-Wextra", "-Werror", "-fPIC", "-S", "-o", "-"]
    assembly = subprocess.run([COMPILER, *flags, source], check=True, capture_output=True, text=True).stdout
    assert "decoder_descent_steps" in assembly
