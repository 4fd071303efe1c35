"""The hybrid and the LSTM VAE in PyTorch, as a PyTorch user would write them: what TextVae is timed against.

Times whole training steps (batch, forward, backward, Adam) on random tokens or on real texts, or with --generate greedy
generation, and prints one line of JSON. The models are those of docs/formats.md, layer for layer, so the numbers of
parameters are equal.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import statistics
import struct
import time

import torch
import torch.nn.functional as F
from torch import nn

PAD = 0  # its id


def as_products(x):
    """In the arithmetic of products, as those of lookups would else be float32."""
    device = x.device.type
    return x.to(torch.get_autocast_dtype(device)) if torch.is_autocast_enabled(device) else x


class Positions:
    """What is computed of a batch of texts in order of length, the longest first: time by time all rows, up to the end of
    the longest text, or packed, where the rows of a time are those whose texts still go on: a prefix."""

    def __init__(self, lengths, packed=False):  # [batch], on the CPU
        within = lengths > torch.arange(int(lengths[0]))[:, None]  # [time, batch]
        self.active = within.sum(1).tolist() if packed else len(within) * [len(lengths)]
        self.packed = within.flatten().nonzero().squeeze(1) if packed else None
        starts = torch.tensor([0] + self.active).cumsum(0)
        self.last = starts[lengths - 1] + torch.arange(len(lengths))  # of each text

    def of(self, x):  # [time, batch, ...] to [positions, ...]
        x = x[:len(self.active)].flatten(0, 1)
        return x if self.packed is None else x[self.packed.to(x.device)]


class LayerNormLstm(nn.Module):
    """One layer normalisation over all 4H pre-activations x_t W_x + b + h_(t-1) W_h; gates in the order i, f, o, g."""

    def __init__(self, features, vocabulary, hidden, args):
        super().__init__()
        self.hidden, self.features, self.vocabulary = hidden, features, vocabulary
        self.embedding = nn.Embedding(vocabulary, args.embedding) if args.embedding else None
        self.rows = nn.Embedding(vocabulary, 4 * hidden) if args.tokens == "lookup" and not args.embedding else None
        self.bias = nn.Parameter(torch.empty(4 * hidden)) if self.rows else None
        inputs = features + (args.embedding or (0 if self.rows else vocabulary))
        self.input = nn.Linear(inputs, 4 * hidden, bias=not self.rows) if inputs else None
        self.recurrent = nn.Linear(hidden, 4 * hidden, bias=False)
        self.norm = nn.LayerNorm(4 * hidden, eps=1e-4)

    def project(self, features, tokens):
        """All inputs at once: [..., features], [...] to [..., 4H]. Of one-hot tokens in one product, which is faster in
        bfloat16 than their lookup where the vocabulary is small."""
        if self.rows:
            rows = as_products(self.rows(tokens) + self.bias)
            return rows if features is None else rows + self.input(features)
        x = self.embedding(tokens) if self.embedding else F.one_hot(tokens, self.vocabulary).float()
        return self.input(x if features is None else torch.cat([features, x.to(features.dtype)], -1))

    def step(self, projected, h, c):
        a = self.norm(projected + self.recurrent(h))
        ifo, g = a.split([3 * self.hidden, self.hidden], dim=-1)
        i, f, o = ifo.sigmoid().chunk(3, dim=-1)
        c = f * c + i * g.tanh()
        return o * c.tanh(), c

    def forward(self, projected, positions, state=None):  # [positions, 4H]
        h, c = state or 2 * (projected.new_zeros(positions.active[0], self.hidden),)
        outputs = []
        for x in projected.split(positions.active):
            if len(x) < len(h):
                h, c = h[:len(x)], c[:len(x)]
            h, c = self.step(x, h, c)
            outputs.append(h)
        return torch.cat(outputs)  # [positions, H]


class TokenConvolution(nn.Module):
    """Conv1d(vocabulary, channels, 3, stride=2, padding=1) of one-hot tokens, as three lookups."""

    def __init__(self, vocabulary, channels):
        super().__init__()
        self.taps = nn.ModuleList(nn.Embedding(vocabulary, channels) for _ in range(3))
        self.bias = nn.Parameter(torch.empty(channels))

    def forward(self, tokens):  # [batch, time] to [batch, channels, time / 2]
        before = F.pad(self.taps[0](tokens[:, 1:-1:2]), (0, 0, 1, 0))
        return as_products(before + self.taps[1](tokens[:, ::2]) + self.taps[2](tokens[:, 1::2]) + self.bias).transpose(1, 2)


class ConvolutionalEncoder(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.vocabulary = args.vocabulary
        self.embedding = nn.Embedding(args.vocabulary, args.embedding) if args.embedding else None
        self.lookup = args.tokens == "lookup" and not args.embedding
        layers = []
        for inputs, outputs in zip([args.embedding or args.vocabulary] + args.channels, args.channels):
            first = TokenConvolution(args.vocabulary, outputs) if self.lookup and not layers else None
            layers += [first or nn.Conv1d(inputs, outputs, 3, stride=2, padding=1), nn.BatchNorm1d(outputs), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.posterior = nn.Linear(args.channels[-1] * (args.length >> len(args.channels)), 2 * args.latent)

    def forward(self, tokens, positions):  # [batch, time], padding included
        x = tokens
        if not self.lookup:
            x = (self.embedding(tokens) if self.embedding else F.one_hot(tokens, self.vocabulary).float()).transpose(1, 2)
        return self.posterior(self.layers(x).flatten(1))


class LstmEncoder(nn.Module):
    """Reads a text up to its end, padding not (TextVae's reads padding, too)."""

    def __init__(self, args):
        super().__init__()
        self.lstm = LayerNormLstm(0, args.vocabulary, args.hidden, args)
        self.posterior = nn.Linear(args.hidden, 2 * args.latent)

    def forward(self, tokens, positions):
        hidden = self.lstm(self.lstm.project(None, positions.of(tokens.t())), positions)
        return self.posterior(hidden[positions.last.to(hidden.device)])


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
        self.encoder = ConvolutionalEncoder(args) if hybrid else LstmEncoder(args)
        self.features = Deconvolutions(args.length, args.channels[::-1], args.features, args.latent) if hybrid else None
        self.state = None if hybrid else nn.Linear(args.latent, 2 * args.hidden)
        self.auxiliary = nn.Linear(args.features, args.vocabulary) if hybrid else None
        self.lstm = LayerNormLstm(args.features if hybrid else 0, args.vocabulary + 2, args.hidden, args)  # + start, dropped
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

    def forward(self, tokens, noise, dropout, positions):
        """Nats per text, their means: reconstruction, KL, auxiliary."""
        mean, log_variance = self.encoder(tokens, positions).float().chunk(2, dim=1)
        features, state = self.expand(mean + (0.5 * log_variance).exp() * noise)
        previous = F.pad(tokens[:, :-1], (1, 0), value=self.start)
        if dropout:
            previous = previous.masked_fill(torch.rand(previous.shape, device=tokens.device) < dropout, self.start + 1)
        features = None if features is None else positions.of(features)
        hidden = self.lstm(self.lstm.project(features, positions.of(previous.t())), positions, state)
        targets = positions.of(tokens.t())
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        auxiliary = self.nats(self.auxiliary(features), targets) if self.auxiliary else torch.zeros((), device=tokens.device)
        return self.nats(self.output(hidden), targets) / len(tokens), kl, auxiliary / len(tokens)

    @staticmethod
    def nats(logits, targets):  # [positions, vocabulary], [positions]
        return F.cross_entropy(logits, targets, reduction="sum", ignore_index=PAD)

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


class Texts:
    """Batches to train on: of random tokens and full length, or in their order the texts of a file. A line of it has the
    number of a text's characters, then its ids, that of <end> included."""

    def __init__(self, args):
        self.batch, self.time, self.vocabulary, self.cut = args.batch, args.length, args.vocabulary, args.mode != "compile"
        self.texts = []
        if args.data:
            with open(args.data) as lines:
                self.texts = [[int(number) for number in line.split()] for line in lines]
            self.batches = [self.texts[first:first + args.batch] for first in range(0, len(self.texts) - args.batch + 1, args.batch)]
            if args.bucketed:
                ordered, order = sorted(self.texts, key=len), random.Random(1)
                self.batches = [ordered[first:first + args.batch] for first in range(0, len(ordered) - args.batch + 1, args.batch)]
                order.shuffle(self.batches)

    def read(self, step):
        """Ids [batch, time], lengths [batch], characters."""
        if not self.texts:
            full = torch.full((self.batch,), self.time)
            return torch.randint(1, self.vocabulary, (self.batch, self.time)), full, self.batch * self.time
        texts = sorted(self.batches[step % len(self.batches)], key=len, reverse=True)
        tokens = torch.tensor([text[1:] + (self.time + 1 - len(text)) * [PAD] for text in texts])
        return tokens, torch.tensor([len(text) - 1 for text in texts]), sum(text[0] for text in texts)


def loss_of(args, model, tokens, noise, positions):
    with torch.autocast(args.device, torch.bfloat16) if args.precision == "bfloat16" else contextlib.nullcontext():
        reconstruction, kl, auxiliary = model(tokens, noise, 0.0 if args.model == "hybrid" else args.dropout, positions)
    return reconstruction + 0.001 * kl + 0.2 * auxiliary


def train(args, model):
    forward = torch.compile(model) if args.mode == "compile" else model
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    texts = Texts(args)
    done = []

    def step():
        tokens, lengths, characters = texts.read(len(done))
        positions = Positions(lengths if texts.cut else torch.full_like(lengths, args.length), args.packed)
        loss = loss_of(args, forward, tokens.to(args.device), torch.randn(args.batch, args.latent, device=args.device), positions)
        optimizer.zero_grad()
        loss.backward()
        if args.model == "lstm-vae":
            nn.utils.clip_grad_norm_(model.parameters(), 100)
        optimizer.step()
        done.append((characters, int(lengths.sum())))

    seconds = measure(step, args.warm_up, args.steps, args.device)
    characters, tokens = (statistics.mean(counts) for counts in zip(*done[args.warm_up:]))
    # Batches of texts of any length cost about the same, those of similar lengths do not.
    typical = statistics.mean(seconds) if args.bucketed else statistics.median(seconds)
    return {
        "ms_per_step": 1000 * typical,
        "characters_per_second": characters / typical,
        "tokens_per_second": tokens / typical,
        "share_of_text": tokens / (args.batch * args.length),
    }


def check(args, model):
    """How far loss and gradient of packed texts are from those of the same texts with their padding."""
    tokens, lengths, _ = Texts(args).read(0)
    noise = torch.randn(args.batch, args.latent)
    losses, gradients = [], []
    args.dropout = 0  # it draws for each position
    for packed in [False, True]:
        model.zero_grad()
        loss = loss_of(args, model, tokens, noise, Positions(lengths, packed))
        loss.backward()
        losses.append(loss.item())
        gradients.append(torch.cat([parameter.grad.flatten() for parameter in model.parameters()]).double())
    return {
        "loss": losses[0],
        "loss_packed": losses[1],
        "gradient_relative_difference": ((gradients[1] - gradients[0]).norm() / gradients[0].norm()).item(),
        "share_of_text": int(lengths.sum()) / tokens.numel(),
    }


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

    many = statistics.median(measure(lambda: texts(args.generate), 1, args.steps))
    one = statistics.median(measure(lambda: texts(1), 2, 10 * args.steps))
    return {"texts_per_second": args.generate / many, "ms_per_text_alone": 1000 * one}


def measure(work, warm_up, times, device="cpu"):
    """Seconds of each."""
    seconds = []
    for _ in range(warm_up + times):
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return seconds[warm_up:]


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
    parser.add_argument("--embedding", type=int, metavar="E", help="numbers of a token where the encoder and the LSTM read it; without it they read one-hot tokens")
    parser.add_argument("--tokens", choices=["one-hot", "lookup"], help="how one-hot tokens are multiplied: by default as a product up to V=1000")
    parser.add_argument("--data", metavar="FILE", help="texts to train on, which side-by-side.cs writes: a line for each, the number of its characters and its ids; by default random ids of full length")
    parser.add_argument("--packed", action="store_true", help="compute LSTM, output layer, auxiliary classifier and likelihood for texts, not for padding")
    parser.add_argument("--bucketed", action="store_true", help="with --data: batches of similar lengths")
    parser.add_argument("--check", action="store_true", help="compare loss and gradient with and without --packed instead of timing")
    parser.add_argument("--dropout", type=float, default=0.2, help="of the LSTM VAE's input tokens")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="cuda: training alone")
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
    if args.packed and args.mode == "compile":
        parser.error("--packed has other shapes in each step, which --mode compile would compile anew")
    if args.generate and (args.embedding or args.tokens == "lookup" or args.device != "cpu"):
        parser.error("--generate is for one-hot tokens on the CPU")
    args.tokens = args.tokens or ("one-hot" if args.generate or args.vocabulary <= 1000 else "lookup")
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    model = Vae(args).to(args.device)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    figures = (generate if args.generate else check if args.check else train)(args, model)
    if args.device == "cuda":
        figures["peak_device_mb"] = torch.cuda.max_memory_allocated() / 1e6
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
