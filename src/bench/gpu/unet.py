"""The U-Net of DDPM in plain PyTorch, with diffusers' names, as someone who serves it from Python would write it.

It knows what the presets and the default model use: DownBlock2D and AttnDownBlock2D, positional timesteps, classes.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Time(nn.Module):
    def __init__(self, width, dim):
        super().__init__()
        self.linear_1 = nn.Linear(width, dim)
        self.linear_2 = nn.Linear(dim, dim)

    def forward(self, x):
        return self.linear_2(F.silu(self.linear_1(x)))


class Resnet(nn.Module):
    def __init__(self, inside, out, dim, groups, eps):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inside, eps)
        self.conv1 = nn.Conv2d(inside, out, 3, padding=1)
        self.time_emb_proj = nn.Linear(dim, out)
        self.norm2 = nn.GroupNorm(groups, out, eps)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(inside, out, 1) if inside != out else None

    def forward(self, x, emb):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.time_emb_proj(emb)[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return (x if self.conv_shortcut is None else self.conv_shortcut(x)) + h


class Attention(nn.Module):
    def __init__(self, channels, head_dim, groups, eps):
        super().__init__()
        self.heads = channels // (head_dim or channels)
        self.group_norm = nn.GroupNorm(groups, channels, eps)
        self.to_q = nn.Linear(channels, channels)
        self.to_k = nn.Linear(channels, channels)
        self.to_v = nn.Linear(channels, channels)
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x):
        b, c, height, width = x.shape
        h = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = (layer(h).view(b, -1, self.heads, c // self.heads).transpose(1, 2)
                   for layer in (self.to_q, self.to_k, self.to_v))
        h = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, -1, c)
        return x + self.to_out[0](h).transpose(1, 2).reshape(b, c, height, width)


class Level(nn.Module):
    """Residual blocks of the given inputs, each with attention or none, and a change of resolution or none."""

    def __init__(self, inputs, out, dim, config, attention, sampler):
        super().__init__()
        groups, eps, head_dim = config["norm_num_groups"], config["norm_eps"], config["attention_head_dim"]
        self.resnets = nn.ModuleList(Resnet(inside, out, dim, groups, eps) for inside in inputs)
        self.attentions = nn.ModuleList(Attention(out, head_dim, groups, eps) for _ in inputs if attention)
        if sampler:
            step = 2 if sampler == "downsamplers" else 1
            conv = nn.Module()
            conv.conv = nn.Conv2d(out, out, 3, stride=step, padding=1)
            self.add_module(sampler, nn.ModuleList([conv]))

    def block(self, i, x, emb):
        x = self.resnets[i](x, emb)
        return self.attentions[i](x) if self.attentions else x


class UNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        channels = config["block_out_channels"]
        dim, layers, last = 4 * channels[0], config["layers_per_block"], len(channels) - 1
        self.width = channels[0]
        self.shift = config["freq_shift"]
        self.cosine_first = config["flip_sin_to_cos"]
        self.time_embedding = Time(channels[0], dim)
        classes = config["num_class_embeds"]
        self.class_embedding = nn.Embedding(classes, dim) if classes else None
        self.conv_in = nn.Conv2d(config["in_channels"], channels[0], 3, padding=1)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, inside = [channels[0]], channels[0]
        for i, out in enumerate(channels):
            self.down_blocks.append(Level([inside] + [out] * (layers - 1), out, dim, config,
                                          "Attn" in config["down_block_types"][i], "downsamplers" if i < last else None))
            skips += [out] * (layers + (i < last))
            inside = out
        self.mid_block = Level([inside] * 2, inside, dim, config, True, None)
        del self.mid_block.attentions[1]
        for i, out in enumerate(reversed(channels)):
            inputs = []
            for _ in range(layers + 1):
                inputs.append(inside + skips.pop())
                inside = out
            self.up_blocks.append(Level(inputs, out, dim, config,
                                        "Attn" in config["up_block_types"][i], "upsamplers" if i < last else None))
        self.conv_norm_out = nn.GroupNorm(config["norm_num_groups"], channels[0], config["norm_eps"])
        self.conv_out = nn.Conv2d(channels[0], config["out_channels"], 3, padding=1)

    def embed(self, t, y):
        half = self.width // 2
        steps = torch.arange(half, dtype=torch.float32, device=t.device)
        angles = t[:, None] * torch.exp(steps * (-math.log(10000) / (half - self.shift)))[None]
        waves = [angles.cos(), angles.sin()] if self.cosine_first else [angles.sin(), angles.cos()]
        emb = self.time_embedding(torch.cat(waves, 1).to(self.conv_in.weight.dtype))
        return F.silu(emb if self.class_embedding is None else emb + self.class_embedding(y))

    def forward(self, x, t, y):
        emb = self.embed(t, y)
        h = self.conv_in(x.to(self.conv_in.weight.dtype))
        skips = [h]
        for level in self.down_blocks:
            for i in range(len(level.resnets)):
                h = level.block(i, h, emb)
                skips.append(h)
            if hasattr(level, "downsamplers"):
                h = level.downsamplers[0].conv(h)
                skips.append(h)
        h = self.mid_block.attentions[0](self.mid_block.resnets[0](h, emb))
        h = self.mid_block.resnets[1](h, emb)
        for level in self.up_blocks:
            for i in range(len(level.resnets)):
                h = level.block(i, torch.cat([h, skips.pop()], 1), emb)
            if hasattr(level, "upsamplers"):
                h = level.upsamplers[0].conv(F.interpolate(h, scale_factor=2.0, mode="nearest"))
        return self.conv_out(F.silu(self.conv_norm_out(h))).float()
