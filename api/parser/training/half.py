"""Sixteen bits in training, where the machine computes with them."""
import torch


def half(device, keep=True):
    """A context of bfloat16 for a device ("cuda" or "cpu"). Processors that only imitate it take a hundred times as long: they
    stay with 32 bits. `keep`: whether what was cast is kept to be used again."""
    there = device == "cuda" or torch.cpu.get_capabilities().get("avx512_bf16", False)
    return torch.autocast(device, dtype=torch.bfloat16, enabled=there, cache_enabled=keep)
