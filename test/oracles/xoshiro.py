"""Prints the first numbers of xoshiro128** seeded by SplitMix32, for test/tensor/random.test.ts.

Written from the reference C of Blackman and Vigna (prng.di.unimi.it/xoshiro128starstar.c), in Python's integers.
Usage: python3 test/oracles/xoshiro.py
"""
M = 0xFFFFFFFF


def splitmix(state):
    while True:
        state = (state + 0x9E3779B9) & M
        z = ((state ^ (state >> 16)) * 0x85EBCA6B) & M
        z = ((z ^ (z >> 13)) * 0xC2B2AE35) & M
        yield z ^ (z >> 16)


def rotl(x, k):
    return ((x << k) | (x >> (32 - k))) & M


def xoshiro(seed):
    s = [x for x, _ in zip(splitmix(seed), range(4))]
    while True:
        yield (rotl((s[1] * 5) & M, 7) * 9) & M
        t = (s[1] << 9) & M
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)


for seed in [0, 1, 4294967295]:
    print(seed, [x for x, _ in zip(xoshiro(seed), range(6))])
