"""Peers of W12 to W14 and of the rows of W8 that teach, in ONNX Runtime for Python, Pillow and PyTorch.

W12 to W14 read the folder that the benchmark writes: the dequantised network as network.onnx, and the values, JPEG or WAV
files or the ids of texts' tokens. `batch` runs batches on all threads, `pool` one value (of texts, one batch) per call of
a thread pool.
"""
import glob, io, json, math, os, wave
from concurrent.futures import ThreadPoolExecutor

SIDE = 160
BATCH_TOKENS = 512
RATE, PAD, SIZE, WINDOW, HOP, BANDS = 16000, 4000, 512, 400, 160, 32
WAYS, WIDTH = 5, 512


def prepared(np, data):
    """The square in the middle of a photo as [3, 160, 160] from -1 to 1, by area averaging."""
    from PIL import Image
    image = Image.open(io.BytesIO(data)).convert('RGB')
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.resize((SIDE, SIDE), Image.BOX, (left, top, left + side, top + side))
    return np.asarray(square, np.float32).transpose(2, 0, 1) / 127.5 - 1


def mel_filters(np):
    """Triangular filters of unit area from 60 to 3,800 Hz on Slaney's mel scale [257, 32]."""
    def mel(f):
        return 3 * f / 200 if f < 1000 else 15 + 27 * math.log(f / 1000) / math.log(6.4)
    m = np.linspace(mel(60), mel(3800), BANDS + 2)
    edges = np.where(m < 15, 200 * m / 3, 1000 * 6.4 ** ((m - 15) / 27))
    f = np.arange(SIZE // 2 + 1)[:, None] * RATE / SIZE
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    inside = np.minimum((f - left) / (centre - left), (right - f) / (right - centre))
    return (2 / (right - left) * np.maximum(0, inside)).astype(np.float32)


def levels(np, data, filters, hann):
    """The network's input of a WAV file [1, 1, frames, 32]."""
    with wave.open(io.BytesIO(data)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32)
    padded = np.pad(samples, PAD)
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP] * hann
    power = np.abs(np.fft.rfft(frames)) ** 2
    db = 10 * np.log10(np.maximum(1e-10, power @ filters))
    return (np.maximum(db, db.max() - 80) / 10 + 2).astype(np.float32)[None, None]


def register(peers, data):
    """Add the rows to the table of the peer script, whose module is `peers`; `data` is the folder of files."""
    peers.DESC['W12'] = 'photos of 640x480 decoded with Pillow, MobileNetV2 at 160 px'
    peers.DESC['W13'] = 'tokenised short texts, Universal Sentence Encoder Lite'
    peers.DESC['W14'] = 'sounds of 2 s, speech embedding'
    peers.DESC['W8rhead'] = 'ridge regression with leave-one-out outputs on 25 embeddings of 512, predict 75 queries'
    peers.DESC['W8rrefit'] = 'kernel ridge regression with leave-one-out outputs on 1,000 embeddings of 512'

    def session(threads):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        return onnxruntime.InferenceSession(os.path.join(data, 'network.onnx'), options, ['CPUExecutionProvider'])

    def files():
        return [open(path, 'rb').read() for path in sorted(glob.glob(os.path.join(data, '[0-9]*')))]

    def all_of(kind, threads, one, values, tasks):
        """Call `one(network, value)` on all values, in turn with a session on all threads or in a pool."""
        network = session(threads if kind == 'batch' else 1)
        pool = ThreadPoolExecutor(threads)

        def run():
            each = map if kind == 'batch' else pool.map
            return list(each(lambda value: one(network, value), values))
        return dict(run=run, tasks=tasks, incl=None)

    def w12(kind):
        def setup(threads):
            import numpy as np
            photos = files()
            groups = [photos] if kind == 'batch' else [[photo] for photo in photos]

            def one(network, group):
                return network.run(None, dict(pixels=np.stack([prepared(np, photo) for photo in group])))
            return all_of(kind, threads, one, groups, len(photos))
        return setup

    def w13(kind):
        def setup(threads):
            import numpy as np
            texts = json.load(open(os.path.join(data, 'tokens.json')))
            groups = []
            for length in sorted({len(ids) for ids in texts}):
                alike = [ids for ids in texts if len(ids) == length]
                size = math.ceil(BATCH_TOKENS / length)
                groups += [alike[i:i + size] for i in range(0, len(alike), size)]

            def one(network, group):
                ids = np.array(group, np.int64)
                return network.run(None, dict(ids=ids, mask=np.ones(ids.shape, np.float32)))
            return all_of(kind, threads, one, groups, len(texts))
        return setup

    def w14(kind):
        def setup(threads):
            import numpy as np
            sounds, filters = files(), mel_filters(np)
            hann = np.pad(np.hanning(WINDOW + 1)[:-1], (SIZE - WINDOW) // 2).astype(np.float32)

            def one(network, sound):
                return network.run(None, dict(levels=levels(np, sound, filters, hann)))
            return all_of(kind, threads, one, sounds, len(sounds))
        return setup

    def fit(torch, gram, y, penalty):
        """Dual coefficients and leave-one-out outputs of ridge regression."""
        lower = torch.linalg.cholesky(gram + penalty * torch.eye(len(gram)))
        inverse = torch.cholesky_inverse(lower)
        dual = inverse @ y
        return dual, y - dual / inverse.diagonal()[:, None]

    def head(per_class, queries, curvature):
        def setup(threads):
            torch = peers._torch()
            unit = torch.nn.functional.normalize
            x, q = unit(torch.rand(WAYS * per_class, WIDTH)), unit(torch.rand(queries, WIDTH))
            y = torch.eye(WAYS).repeat_interleave(per_class, 0) - 1 / WAYS

            def run():
                with torch.no_grad():
                    gram = x @ x.mT
                    if curvature:
                        gram = (curvature * (gram - 1)).exp()
                    dual, left_out = fit(torch, gram, y, .3)
                    return left_out.std(), (q @ (x.mT @ dual)).softmax(1)
            return dict(run=run, tasks=1, incl=None)
        return setup

    for kind in ('batch', 'pool'):
        peers.reg('W12', kind, ('default',), kind)(w12(kind))
        peers.reg('W13', kind, ('default',), kind)(w13(kind))
        peers.reg('W14', kind, ('default',), kind)(w14(kind))
    peers.reg('W8rhead', 'eager', ('default',), 'eager')(head(5, 75, 0))
    peers.reg('W8rrefit', 'eager', ('default',), 'eager')(head(200, 1, 3))
