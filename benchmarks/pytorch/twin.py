"""The hybrid and the LSTM VAE in PyTorch, as a PyTorch user would write them: what TextVae is timed against.

Times whole training steps (batch, forward, backward, Adam) on random tokens, or with --generate greedy generation, and
prints one line of JSON. The models are those of docs/formats.md, layer for layer, so the numbers of parameters are equal.
"""

import argparse
import contextlib
import json
import os
import resource
import statistics
import struct
import time

import torch
import torch.nn.functional as F
from torch import nn


class LayerNormLstm(nn.Module):
    """One layer normalisation over all 4H pre-activations x_t W_x + b + h_(t-1) W_h; gates in the order i, f, o, g."""

    def __init__(self, features, vocabulary, hidden):
        super().__init__()
        self.hidden, self.features, self.vocabulary = hidden, features, vocabulary
        self.input = nn.Linear(features + vocabulary, 4 * hidden)
        self.recurrent = nn.Linear(hidden, 4 * hidden, bias=False)
        self.norm = nn.LayerNorm(4 * hidden, eps=1e-4)

    def project(self, features, tokens):
        """All inputs in one product, faster in bfloat16 than a lookup of the tokens: [..., features], [...] to [..., 4H]."""
        one_hot = F.one_hot(tokens, self.vocabulary).float()
        return self.input(one_hot if features is None else torch.cat([features, one_hot.to(features.dtype)], -1))

    def step(self, projected, h, c):
        a = self.norm(projected + self.recurrent(h))
        ifo, g = a.split([3 * self.hidden, self.hidden], dim=-1)
        i, f, o = ifo.sigmoid().chunk(3, dim=-1)
        c = f * c + i * g.tanh()
        return o * c.tanh(), c

    def forward(self, projected, state=None):  # [time, batch, 4H]
        h, c = state or 2 * (projected.new_zeros(projected.shape[1], self.hidden),)
        outputs = []
        for x in projected.unbind(0):
            h, c = self.step(x, h, c)
            outputs.append(h)
        return torch.stack(outputs)  # [time, batch, H]


class ConvolutionalEncoder(nn.Module):
    def __init__(self, vocabulary, length, channels, latent):
        super().__init__()
        self.vocabulary = vocabulary
        layers = []
        for inputs, outputs in zip([vocabulary] + channels, channels):
            layers += [nn.Conv1d(inputs, outputs, 3, stride=2, padding=1), nn.BatchNorm1d(outputs), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.posterior = nn.Linear(channels[-1] * (length >> len(channels)), 2 * latent)

    def forward(self, tokens):  # [batch, time]
        one_hot = F.one_hot(tokens, self.vocabulary).float().transpose(1, 2)
        return self.posterior(self.layers(one_hot).flatten(1))


class LstmEncoder(nn.Module):
    def __init__(self, vocabulary, hidden, latent):
        super().__init__()
        self.lstm = LayerNormLstm(0, vocabulary, hidden)
        self.posterior = nn.Linear(hidden, 2 * latent)

    def forward(self, tokens):
        return self.posterior(self.lstm(self.lstm.project(None, tokens.t()))[-1])


class Deconvolutions(nn.Module):
    def __init__(self, length, channels, features, latent):
        super().__init__()
        self.channels = channels[0]
        self.projection = nn.Linear(latent, channels[0] * (length >> len(channels)))
        layers = []
        for inputs, outputs in zip(channels, channels[1:] + [features]):
            layers += [nn.ConvTranspose1d(inputs, outputs, 3, stride=2, padding=1, output_padding=1), nn.BatchNorm1d(outputs), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        return self.layers(self.projection(z).relu().view(len(z), self.channels, -1))  # [batch, features, time]


class Vae(nn.Module):
    """encoder -> z -> features for each position (hybrid) or an initial state (LSTM VAE) -> LSTM decoder."""

    def __init__(self, args):
        super().__init__()
        self.length, self.latent, self.start = args.length, args.latent, args.vocabulary
        self.never, self.end = 1, None  # <pad>; random tokens have no <end>
        hybrid = args.model == "hybrid"
        self.encoder = (ConvolutionalEncoder(args.vocabulary, args.length, args.channels, args.latent) if hybrid
                        else LstmEncoder(args.vocabulary, args.hidden, args.latent))
        self.features = Deconvolutions(args.length, args.channels[::-1], args.features, args.latent) if hybrid else None
        self.state = None if hybrid else nn.Linear(args.latent, 2 * args.hidden)
        self.auxiliary = nn.Linear(args.features, args.vocabulary) if hybrid else None
        self.lstm = LayerNormLstm(args.features if hybrid else 0, args.vocabulary + 2, args.hidden)  # + start, dropped
        self.output = nn.Linear(args.hidden, args.vocabulary)
        for module in self.modules():
            if not isinstance(module, (nn.BatchNorm1d, nn.LayerNorm)):
                for parameter in module.parameters(recurse=False):
                    nn.init.uniform_(parameter, -0.1, 0.1)

    def expand(self, z):
        """Features [time, batch, features] or None, and the decoder's initial state or None."""
        if self.features is not None:
            return self.features(z).permute(2, 0, 1), None
        return None, self.state(z).tanh().chunk(2, dim=1)

    def forward(self, tokens, noise, dropout):
        """Nats per text: reconstruction, KL, auxiliary; each [batch]."""
        mean, log_variance = self.encoder(tokens).float().chunk(2, dim=1)
        features, state = self.expand(mean + (0.5 * log_variance).exp() * noise)
        previous = F.pad(tokens[:, :-1], (1, 0), value=self.start)
        if dropout:
            previous = previous.masked_fill(torch.rand(previous.shape) < dropout, self.start + 1)
        hidden = self.lstm(self.lstm.project(features, previous.t()), state)
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
        auxiliary = self.nats(self.auxiliary(features), tokens) if self.auxiliary else torch.zeros(())
        return self.nats(self.output(hidden), tokens), kl, auxiliary

    @staticmethod
    def nats(logits, tokens):  # [time, batch, vocabulary], [batch, time]
        return F.cross_entropy(logits.flatten(0, 1), tokens.t().flatten(), reduction="none").view(logits.shape[:2]).sum(0)

    def generate(self, z):
        """Greedy, one position after the other; the features' product is made ahead, the tokens' is a lookup: [batch, time]."""
        features, state = self.expand(z)
        of_features, of_tokens = self.lstm.input.weight.split([self.lstm.features, self.lstm.vocabulary], dim=1)
        ahead = None if features is None else features @ of_features.t()  # [time, batch, 4H]
        rows = of_tokens.t() + self.lstm.input.bias  # [vocabulary, 4H]
        h, c = state or 2 * (z.new_zeros(len(z), self.lstm.hidden),)
        previous = torch.full((len(z),), self.start)
        tokens = []
        ended = torch.zeros(len(z), dtype=torch.bool)
        for t in range(self.length):
            h, c = self.lstm.step(rows[previous] if ahead is None else rows[previous] + ahead[t], h, c)
            logits = self.output(h)
            logits[:, :self.never] = -torch.inf
            previous = logits.argmax(-1)
            tokens.append(previous)
            if self.end is not None:
                ended |= previous == self.end
                if ended.all():
                    break
        return torch.stack(tokens, 1)

    def load(self, path):
        """The decoder's side of a hybrid that TextVae trained (docs/formats.md)."""
        with open(path, "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
            data = bytearray(file.read())

        def saved(name):
            begin, end = header[name]["data_offsets"]
            return torch.frombuffer(data[begin:end], dtype=torch.float32).view(header[name]["shape"])

        own = {"lstm.input.weight": torch.cat([saved("decoder.input.features.weight"), saved("decoder.input.tokens.weight").t()], 1),
               "lstm.input.bias": saved("decoder.input.bias"),
               "lstm.recurrent.weight": saved("decoder.lstm.hidden_weight").t(),
               "lstm.norm.weight": saved("decoder.lstm.gain"),
               "lstm.norm.bias": saved("decoder.lstm.shift")}
        for name in ["weight", "bias"]:
            own[f"output.{name}"] = saved(f"decoder.output.{name}")
            own[f"features.projection.{name}"] = saved(f"expansion.projection.{name}")
        for layer in range(len(self.features.layers) // 3):
            for name in ["weight", "bias"]:
                own[f"features.layers.{3 * layer}.{name}"] = saved(f"expansion.deconvolutions.blocks.deconvolution{layer}.{name}")
            for name in ["weight", "bias", "running_mean", "running_var"]:
                own[f"features.layers.{3 * layer + 1}.{name}"] = saved(f"expansion.deconvolutions.blocks.normalization{layer}.{name}")
        unknown = self.load_state_dict(own, strict=False).unexpected_keys
        assert not unknown, unknown
        self.never, self.end = 2, 2  # <pad> and <unk> are not generated; <end>


def train(args, model):
    def autocast():
        return torch.autocast("cpu", torch.bfloat16) if args.precision == "bfloat16" else contextlib.nullcontext()

    forward = torch.compile(model) if args.mode == "compile" else model
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    hybrid = args.model == "hybrid"

    def step():
        tokens = torch.randint(1, args.vocabulary, (args.batch, args.length))
        noise = torch.randn(args.batch, args.latent)
        with autocast():
            reconstruction, kl, auxiliary = forward(tokens, noise, 0.0 if hybrid else 0.2)
        loss = (reconstruction + 0.001 * kl + 0.2 * auxiliary).mean()
        optimizer.zero_grad()
        loss.backward()
        if not hybrid:
            nn.utils.clip_grad_norm_(model.parameters(), 100)
        optimizer.step()

    return {"ms_per_step": 1000 * measure(step, args.warm_up, args.steps)}


def generate(args, model):
    model.eval()
    if args.weights:
        model.load(args.weights)
    if args.precision == "bfloat16":
        model.to(torch.bfloat16)
    if args.precision == "int8":  # dynamic quantisation of what runs at each step
        model.lstm.recurrent, model.output = torch.ao.quantization.quantize_dynamic(
            nn.ModuleList([model.lstm.recurrent, model.output]), {nn.Linear}, dtype=torch.qint8)
    dtype = next(model.features.parameters()).dtype
    make = torch.compile(model.generate) if args.mode == "compile" else model.generate

    def texts(count):
        with torch.inference_mode():
            for first in range(0, count, args.batch):
                make(torch.randn(min(args.batch, count - first), args.latent, dtype=dtype))

    many = measure(lambda: texts(args.generate), 1, args.steps)
    one = measure(lambda: texts(1), 2, 10 * args.steps)
    return {"texts_per_second": args.generate / many, "ms_per_text_alone": 1000 * one}


def measure(work, warm_up, times):
    """The median, in seconds."""
    seconds = []
    for _ in range(warm_up + times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[warm_up:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=["hybrid", "lstm-vae"], default="hybrid")
    parser.add_argument("--batch", "-B", type=int, default=64, help="texts in a batch, also in generation")
    parser.add_argument("--length", "-T", type=int, default=60)
    parser.add_argument("--hidden", "-H", type=int, default=500)
    parser.add_argument("--latent", "-z", type=int, default=50)
    parser.add_argument("--vocabulary", "-V", type=int, default=51)
    parser.add_argument("--channels", type=lambda text: [int(n) for n in text.split(",")], default=[128, 256], help="of the encoder; the deconvolutions mirror them")
    parser.add_argument("--features", type=int, default=200)
    parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
    parser.add_argument("--precision", choices=["float32", "bfloat16", "int8"], default="float32", help="int8: generation alone")
    parser.add_argument("--generate", type=int, metavar="N", help="generate N texts greedily instead of training")
    parser.add_argument("--weights", metavar="FILE", help="with --generate: the model.safetensors of a hybrid that TextVae trained, of equal sizes")
    parser.add_argument("--steps", type=int, default=10, help="timed steps, or rounds of generation")
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()

    if args.precision == "int8" and not args.generate:
        parser.error("--precision int8 is for --generate")
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    model = Vae(args)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    figures = generate(args, model) if args.generate else train(args, model)
    print(json.dumps(figures | {
        "parameters": parameters,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "threads": args.threads,
        "precision": args.precision,
        "mode": args.mode,
        "model": args.model,
        "torch": torch.__version__,
    }))


if __name__ == "__main__":
    main()
