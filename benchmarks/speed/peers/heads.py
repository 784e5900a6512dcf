"""Peers of W8r and W10, which the peer script does not have: heads on precomputed 512-d embeddings, in PyTorch.

W8r adapts a ridge head to 25 embeddings and predicts 75. W10 trains one linear layer per modality, a gate and a ridge
head on the embeddings of two modalities, 5-way 5-shot with 15 queries per class: forward, backward and Adam per
episode. W10x32 batches 32 episodes per step.
"""

WAYS, SHOT, QUERY, SIZE, WIDTH = 5, 5, 15, 512, 64
SUPPORT, QUERIES = WAYS * SHOT, WAYS * QUERY


def register(peers):
    """Add the rows to the table of the peer script, whose module is `peers`."""
    peers.DESC['W8r'] = 'adaptation latency: linear 512-64 and a ridge head on embeddings, 25 support, predict 75 queries'
    peers.DESC['W10'] = 'head training on cached embeddings of two modalities, gated, ridge, one episode per step'
    peers.DESC['W10x32'] = 'W10 with 32 episodes per step'

    def ridge(torch, x, y, penalty):
        """Ridge regression in dual form, W = X'(XX' + penalty I)^-1 Y, over any leading axes."""
        gram = x @ x.mT + penalty * torch.eye(x.shape[-2])
        return x.mT @ torch.linalg.solve(gram, y)

    def one_hot(torch, per_class):
        return torch.eye(WAYS).repeat_interleave(per_class, 0)

    def w8r(kind):
        def setup(threads):
            torch = peers._torch()
            x, q, y = torch.rand(SUPPORT, SIZE), torch.rand(QUERIES, SIZE), one_hot(torch, SHOT)
            w, b = torch.randn(SIZE, WIDTH) / SIZE ** .5, torch.zeros(WIDTH)

            def predict():
                return ((q @ w + b) @ ridge(torch, x @ w + b, y, 1.)).softmax(1)
            call = torch.compile(predict, dynamic=False) if kind == 'compile' else predict

            def run():
                with torch.no_grad():
                    return call()
            return dict(run=run, tasks=1, incl=None)
        return setup

    def w10(kind, batch):
        def setup(threads):
            torch = peers._torch()
            F = torch.nn.functional
            torch.manual_seed(0)
            shapes = [(SIZE, WIDTH), (WIDTH,), (WIDTH,), (1,)] * 2 + [(), ()]
            ps = [(torch.randn(s) / SIZE ** .5).requires_grad_() for s in shapes]
            optimizer = peers.adam(ps)
            data = [[torch.rand(batch, SUPPORT + QUERIES, SIZE) for _ in range(2)] for _ in range(4)]
            y, target = one_hot(torch, SHOT), torch.arange(WAYS).repeat_interleave(QUERY).repeat(batch)
            step = [0]

            def loss_of(ps, first, second):
                h = [torch.matmul(x, ps[4 * m]) + ps[4 * m + 1] for m, x in enumerate((first, second))]
                scores = [torch.matmul(h[m], ps[4 * m + 2]) + ps[4 * m + 3] for m in range(2)]
                alpha = torch.stack(scores, -1).softmax(-1)
                z = alpha[..., :1] * h[0] + alpha[..., 1:] * h[1]
                w = ridge(torch, z[:, :SUPPORT], y, ps[8].exp())
                logits = ps[9].exp() * (z[:, SUPPORT:] @ w)
                return F.cross_entropy(logits.reshape(-1, WAYS), target)
            loss = torch.compile(loss_of, dynamic=False) if kind == 'compile' else loss_of

            def run():
                step[0] += 1
                for p, g in zip(ps, torch.autograd.grad(loss(ps, *data[step[0] % 4]), ps)):
                    p.grad = g
                optimizer.step()
            return dict(run=run, tasks=batch, incl=None)
        return setup

    for kind in ('eager', 'compile'):
        peers.reg('W8r', kind, ('default', 'tuned'), kind)(w8r(kind))
        peers.reg('W10', kind, ('default', 'tuned'), kind)(w10(kind, 1))
        peers.reg('W10x32', kind, ('default', 'tuned'), kind + ', episodes batched')(w10(kind, 32))
