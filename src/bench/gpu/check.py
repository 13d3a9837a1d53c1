#!/usr/bin/env python3
"""Decides within minutes whether Stepwise is good on a GPU: runs its TorchScript programs beside Python. See docs/gpu.md.

    ./stepwise bench programs target/gpu/programs      # before, on any machine with Java
    python3 src/bench/gpu/check.py target/gpu/programs target/gpu

It needs Python and PyTorch alone, and writes gpu.json and gpu.md.
"""

import argparse
import pathlib
import platform
import statistics
import time

from report import Report

PARTS = {"outputs": 60, "bits": 90, "forward": 100, "graphs": 50, "training": 80, "compile": 100}  # seconds at most
BOUNDS = {"f32": 2e-5, "tf32": 1e-2, "bf16": 6e-2}  # of the largest error, relative to the largest number
ROUNDS = 5


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", help="folder that `stepwise bench programs` has written")
    options.add_argument("out", help="folder for gpu.json and gpu.md")
    options.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    options.add_argument("--seconds", type=float, default=480, help="what all parts may take (default 480)")
    options.add_argument("--parts", default=",".join(PARTS), help="default %(default)s")
    options.add_argument("--networks", default="faces,base-32,report-64", help="to be timed (default %(default)s)")
    options.add_argument("--batches", default="1,2,4,8,16,32,64", help="default %(default)s")
    options.add_argument("--dry-run", action="store_true", help="print the parts and end")
    asked = options.parse_args()
    parts = asked.parts.split(",")
    if asked.dry_run:
        for part in parts:
            print(f"{part}: {PARTS[part]} s at most")
        return
    check = Check(asked)
    for part in parts:
        with check.report.part(part, PARTS[part]):
            getattr(check, part)()
    print((pathlib.Path(asked.out) / "gpu.md").read_text(), end="")


class Check:
    def __init__(self, asked):
        import torch
        from network import Network, read
        self.torch, self.read = torch, read
        self.cuda = asked.device == "cuda"
        self.device = asked.device
        folders = sorted(path.parent for path in pathlib.Path(asked.programs).glob("*/config.json"))
        self.all = [Network(folder, asked.device) for folder in folders]
        names = asked.networks.split(",")
        self.timed = sorted((each for each in self.all if each.name in names), key=lambda each: names.index(each.name))
        self.batches = [int(batch) for batch in asked.batches.split(",")]
        self.precisions = ["f32", "tf32", "bf16"] if self.cuda else ["f32", "bf16"]
        facts = {"torch": torch.__version__, "python": platform.python_version(), "device": asked.device}
        if self.cuda:
            facts |= {"gpu": torch.cuda.get_device_name(), "cuda": torch.version.cuda,
                      "cudnn": torch.backends.cudnn.version()}
        self.report = Report(asked.out, facts, asked.seconds)

    def numbers(self, precision, benchmark=False, deterministic=False):
        """How the GPU computes from now on; in the programs this is the state of the process."""
        backends = self.torch.backends
        backends.cudnn.allow_tf32 = backends.cuda.matmul.allow_tf32 = precision == "tf32"
        backends.cudnn.benchmark, backends.cudnn.deterministic = benchmark, deterministic

    def wait(self):
        if self.cuda:
            self.torch.cuda.synchronize()

    def race(self, runners):
        """Median seconds of each of the functions, which take turns."""
        counts = {}
        for name, run in runners.items():
            for _ in range(3):
                run()
            counts[name] = max(1, min(100, int(0.03 / max(1e-6, self.lap(run, 1)))))
        laps = {name: [] for name in runners}
        for _ in range(ROUNDS):
            for name, run in runners.items():
                laps[name].append(self.lap(run, counts[name]))
        return {name: statistics.median(times) for name, times in laps.items()}

    def lap(self, run, count):
        self.wait()
        begin = time.perf_counter()
        for _ in range(count):
            run()
        self.wait()
        return (time.perf_counter() - begin) / count

    def timed_case(self, network, precision, rows, make):
        """Times the runners that make() returns and notes them in milliseconds."""
        def measure():
            for name, seconds in self.race(make()).items():
                self.report.add(network.name, name, precision, rows, 1e3 * seconds, "ms")
        self.report.attempt(network.name, "times", precision, rows, measure)

    # --- parts --------------------------------------------------------------------------------------------------------

    def outputs(self):
        for network in self.all:
            for precision in self.precisions:
                self.numbers(precision)
                wanted = network.expected("out.bf16" if precision == "bf16" else "out.f32")
                for name, make in {"ours": network.ours, "Python eager": network.eager}.items():
                    self.compare(network, name, precision, wanted, lambda: make(precision)(*network.given()))
            self.numbers("f32")
            golden = network.folder / "golden.safetensors"
            if golden.exists():
                data, _ = self.read(golden)
                rows = data["timesteps"].float().to(self.device)
                labels = data.get("class_labels", self.torch.zeros(len(rows))).long().to(self.device)
                self.compare(network, "ours against diffusers", "f32", data["output_float64"].float().to(self.device),
                             lambda: network.ours("f32")(data["sample"].float().to(self.device), rows, labels))
            self.gradients(network)

    def gradients(self, network):
        x, t, y = network.given()
        sums = self.torch.zeros_like(network.flat)
        self.compare(network, "losses", "f32", network.expected("losses"), lambda: network.training("f32")[0](
            sums, network.expected("x0"), x, t, y, network.expected("k"), network.at_once).flatten())
        if "gradients" in network.data:
            self.compare(network, "gradients", "f32", network.expected("gradients"), lambda: sums)

    def compare(self, network, case, precision, wanted, make):
        def measure():
            error = ((make() - wanted).abs().max() / wanted.abs().max()).item()
            note = "ok" if error <= BOUNDS[precision] else f"WRONG: above {BOUNDS[precision]}"
            self.report.add(network.name, case, precision, len(wanted), error, "relative error", note)
        self.report.attempt(network.name, case, precision, "", measure)

    def bits(self):
        """Whether a row has the same bits in every batch, by how cuDNN chooses its algorithms."""
        for flags in [(False, False), (False, True), (True, True), (True, False)] if self.cuda else [(False, False)]:
            for network in self.timed[:2]:
                for precision in self.precisions:
                    self.numbers(precision, *flags)
                    case = "benchmark={}, deterministic={}".format(*flags)
                    self.report.attempt(network.name, case, precision, "", lambda: self.bits_of(network, precision, case))

    def bits_of(self, network, precision, case):
        forward, most = network.ours(precision), max(self.batches)
        row = [part[:1] for part in network.inputs(1, seed=1)]
        two = self.row_at(network, forward, row, 2, 0, 2)

        def same(size, wanted):
            places = sorted({0, size // 2, size - 1})
            return all(self.torch.equal(wanted, self.row_at(network, forward, row, size, place, seed))
                       for place in places for seed in (3, 4))
        sizes = [size for size in self.batches if same(size, two)]
        self.report.add(network.name, f"sizes with one row's bits; {case}", precision, "", f"{sizes}", "rows",
                        "" if sizes == self.batches else f"of {self.batches}")
        for size in sorted({min(16, most), most}):
            fixed = same(size, self.row_at(network, forward, row, size, 0, 2))
            self.report.add(network.name, f"always padded; {case}", precision, size, "same" if fixed else "DIFFERENT", "bits")
        gradients = network.gradients(precision, most)
        again = "same" if self.torch.equal(gradients(), gradients()) else "DIFFERENT"
        self.report.add(network.name, f"gradients twice; {case}", precision, most, again, "bits")
        inputs = network.inputs(most)
        seconds = self.race({"": lambda: forward(*inputs)})[""]
        self.report.add(network.name, f"time; {case}", precision, most, 1e3 * seconds, "ms")

    def row_at(self, network, forward, row, size, place, seed):
        inputs = network.inputs(size, seed)
        for part, own in zip(inputs, row):
            part[place] = own[0]
        return forward(*inputs)[place].clone()

    def forward(self):
        for network in self.timed:
            for precision in self.precisions:
                self.numbers(precision)
                runs = {"ours": network.ours(precision), "Python eager": network.eager(precision),
                        "Python eager, NCHW": network.eager(precision, layout=self.torch.contiguous_format)}
                for rows in self.batches:
                    inputs = network.inputs(rows)
                    self.timed_case(network, precision, rows, lambda: {
                        name: (lambda run=run: run(*inputs)) for name, run in runs.items()})
                for name, run in runs.items():
                    self.memory(network, name, precision, max(self.batches), lambda: run(*network.inputs(max(self.batches))))

    def memory(self, network, case, precision, rows, run):
        if self.cuda:
            def measure():
                self.wait()
                self.torch.cuda.reset_peak_memory_stats()
                before = self.torch.cuda.memory_allocated()
                run()
                self.wait()
                peak = (self.torch.cuda.max_memory_allocated() - before) / 2**20
                self.report.add(network.name, f"{case}, peak memory", precision, rows, peak, "MiB")
            self.report.attempt(network.name, f"{case}, peak memory", precision, rows, measure)

    def graphs(self):
        """What a captured graph of a batch size saves of the launches of its kernels."""
        for network in self.timed if self.cuda else []:
            for precision in ("tf32", "bf16"):
                self.numbers(precision)
                forward = network.ours(precision)
                for rows in self.batches:
                    self.timed_case(network, precision, rows, lambda: self.captured(network, forward, precision, rows))

    def captured(self, network, forward, precision, rows):
        inputs = network.inputs(rows)
        side = self.torch.cuda.Stream()
        with self.torch.cuda.stream(side):  # what is allocated or chosen at the first calls can't be captured
            for _ in range(3):
                plain = forward(*inputs)
        self.torch.cuda.current_stream().wait_stream(side)
        graph = self.torch.cuda.CUDAGraph()
        with self.torch.cuda.graph(graph):
            out = forward(*inputs)
        graph.replay()
        self.wait()
        same = "same" if self.torch.equal(plain, out) else "DIFFERENT"
        self.report.add(network.name, "graph against plain launches", precision, rows, same, "bits")
        return {"plain launches": lambda: forward(*inputs), "graph": graph.replay}

    def training(self):
        most = max(self.batches)
        for network in self.timed:
            for precision in self.precisions:
                self.numbers(precision)
                for rows in sorted({most // 2, 2 * most}) if self.cuda else [most]:
                    self.timed_case(network, precision, rows, lambda: {
                        f"ours, {network.at_once} at once": network.our_step(precision, rows, network.at_once),
                        "ours, all at once": network.our_step(precision, rows, rows),
                        "Python eager": network.eager_step(precision, rows)})
                self.memory(network, "ours, all at once", precision, most, lambda: network.our_step(precision, most, most)())
                self.memory(network, "Python eager", precision, most, lambda: network.eager_step(precision, most)())

    def compile(self):
        """Beside torch.compile. Each case compiles anew, which takes tens of seconds."""
        some = [rows for rows in (8, 32, 1) if rows in self.batches] or self.batches[:1]
        for rows in some:
            for network in self.timed[:2]:
                for precision in reversed(self.precisions[1:]):
                    self.numbers(precision)
                    inputs = network.inputs(rows)
                    self.timed_case(network, precision, rows, lambda: {
                        name: (lambda run=run: run(*inputs)) for name, run in {
                            "ours": network.ours(precision), "compiled": network.eager(precision, "default"),
                            "compiled, reduce-overhead": network.eager(precision, "reduce-overhead")}.items()})


if __name__ == "__main__":
    main()
