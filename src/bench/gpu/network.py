"""A network of `stepwise bench programs`: its programs, and the same in plain PyTorch with the same weights."""

import json
import math
import pathlib

import torch
from torch.nn import functional as F

from unet import UNet

DTYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def read(path):
    """The tensors of a safetensors file, and its metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = DTYPES[entry["dtype"]]
        flat = torch.frombuffer(data, dtype=dtype, offset=begin, count=(end - begin) // dtype.itemsize)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors, metadata


def formed(name, shape, offset):
    """The weights that ExportedPrograms.formedWeights gives a parameter whose first number is the one at offset."""
    size = math.prod(shape)
    h = torch.arange(offset, offset + size)
    for _ in range(2):
        h = ((h ^ (h >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    scattered = (h ^ (h >> 16)).double() / 2**31 - 1
    matrix = len(shape) > 1
    mean = 1 if not matrix and name.endswith(".weight") else 0
    scale = math.sqrt(3 * shape[0] / size) if matrix else 0.02
    return (mean + scale * scattered).float().reshape(shape)


def compile(module, mode):
    torch.compiler.reset()  # what was compiled for another network or batch counts against this one
    return torch.compile(module, mode=mode)


class Network:
    def __init__(self, folder, device):
        self.folder, self.name, self.device = pathlib.Path(folder), pathlib.Path(folder).name, device
        self.config = json.loads((self.folder / "config.json").read_text())
        self.data, metadata = read(self.folder / "tensors.safetensors")
        self.at_once = int(metadata["samples_at_once"])
        self.plain = UNet(self.config).eval().requires_grad_(False)
        shapes = {name: tuple(value.shape) for name, value in self.plain.state_dict().items()}
        self.names, self.shapes = metadata["parameters"].split("\n"), shapes
        state, offset = {}, 0
        for name in self.names:
            shape = shapes[name]
            state[name] = self.data[name] if name in self.data else formed(name, shape, offset)
            offset += math.prod(shape)
        self.plain.load_state_dict(state)
        self.flat = torch.cat([state[name].flatten() for name in self.names]).to(device)

    def views(self, flat):
        views, offset = [], 0
        for name in self.names:
            size = math.prod(self.shapes[name])
            views.append(flat[offset:offset + size].view(self.shapes[name]))
            offset += size
        return views

    def expected(self, name):
        return self.data[name].to(self.device) if name in self.data else None

    def given(self):
        """The inputs that the expected outputs belong to."""
        return self.expected("x"), self.expected("t"), self.expected("y").long()

    def inputs(self, rows, seed=0):
        random = torch.Generator().manual_seed(seed)
        x = torch.randn(rows, *self.data["x"].shape[1:], generator=random)
        t = torch.randint(0, 1000, (rows,), generator=random).float()
        y = torch.randint(0, self.config["num_class_embeds"] or 1, (rows,), generator=random)
        return x.to(self.device), t.to(self.device), y.to(self.device)

    def load(self, program):
        return torch.jit.load(str(self.folder / program), map_location=self.device)

    def ours(self, precision):
        """forward(x, t, y) by the program that Stepwise runs, as it runs it: without the executor's optimizer."""
        module = self.load(f"forward-{'bf16' if precision == 'bf16' else 'f32'}.pt")
        with torch.inference_mode(), torch.jit.optimized_execution(False):
            weights = module.prepare(self.views(self.flat))

        def forward(x, t, y):
            with torch.inference_mode(), torch.jit.optimized_execution(False):
                return module.fwd(weights, x, t, y)
        return forward

    def eager(self, precision, compiled=None, layout=torch.channels_last):
        """forward(x, t, y) in Python; compiled is a mode of torch.compile."""
        module = UNet(self.config).eval().requires_grad_(False)
        module.load_state_dict(self.plain.state_dict())
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        module = module.to(self.device, dtype=dtype, memory_format=layout)
        call = module if compiled is None else compile(module, compiled)

        def forward(x, t, y):
            with torch.no_grad():
                return call(x.contiguous(memory_format=layout), t, y)
        return forward

    def training(self, precision):
        """accumulate(gradients, x0, noise, t, y, k, at_once) -> losses by our program; gradients are added to a flat tensor."""
        module = self.load(f"train-{'bf16' if precision == 'bf16' else 'f32'}.pt")
        weights = self.flat.clone()
        views = self.views(weights)

        def accumulate(gradients, x0, noise, t, y, k, at_once):
            part = torch.tensor([0, len(t), at_once], device=self.device)
            with torch.enable_grad(), torch.jit.optimized_execution(False):
                return module.accumulate(views, self.views(gradients), x0, noise, t, y, k, part)[0]
        return accumulate, weights

    def gradients(self, precision, rows):
        """A function that computes the flat gradients of a batch anew."""
        accumulate, weights = self.training(precision)
        x, t, y = self.inputs(rows)

        def gradients():
            sums = torch.zeros_like(weights)
            accumulate(sums, x, x, t, y, self.halves(rows), rows)
            return sums
        return gradients

    def halves(self, rows):
        return torch.full((self.data["k"].shape[0], rows, 1, 1, 1), 0.5, device=self.device)

    def our_step(self, precision, rows, at_once):
        """A function that takes a training step of random rows, at_once of them at a time."""
        accumulate, weights = self.training(precision)
        update = torch.jit.load(str(self.folder.parent / "update.pt"), map_location=self.device)
        gradients, first, second = (torch.zeros_like(weights) for _ in range(3))
        average, count = weights.clone(), torch.zeros((), device=self.device)
        x, t, y = self.inputs(rows)

        def step():
            accumulate(gradients, x, x, t, y, self.halves(rows), at_once).cpu()
            with torch.no_grad(), torch.jit.optimized_execution(False):
                update.update(weights, gradients, average, [weights], [gradients], [first], [second], [count], [], [], [],
                              1, 1e-4, 0.9, 0.999, 1e-8, 0.01, 1.0, 0.001)
        return step

    def eager_step(self, precision, rows):
        module = UNet(self.config).train()
        module.load_state_dict(self.plain.state_dict())
        module = module.to(self.device, memory_format=torch.channels_last)
        parameters = list(module.parameters())
        average = [parameter.detach().clone() for parameter in parameters]
        optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, fused=True)
        x, t, y = self.inputs(rows)
        x = x.contiguous(memory_format=torch.channels_last)
        device = torch.device(self.device).type

        def step():
            with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
                out = module(0.5 * x + 0.5 * x, t, y)
            loss = F.mse_loss(out.float(), 0.5 * x + 0.5 * x)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            with torch.no_grad():
                torch._foreach_lerp_(average, parameters, 0.001)
            return loss.item()
        return step
