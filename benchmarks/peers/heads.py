"""The peers of workloads that the peer script has not: heads on cached embeddings, in PyTorch."""


def register(peers):
    """Add the rows to the peer script's table. `peers` is its module."""
    peers.DESC['W8r'] = 'adaptation latency: ridge head on 512-d embeddings, 25 support -> weights, predict 75 queries'

    def ridge(torch, x, y, strength=1.0):
        """The dual: W = X'(XX' + strength I)^-1 Y, a system of the support's size."""
        gram = x @ x.mT + strength * torch.eye(x.shape[-2])
        return x.mT @ torch.linalg.solve(gram, y)

    def w8r(kind):
        def setup(threads):
            torch = peers._torch()
            x, q = torch.rand(25, 512), torch.rand(75, 512)
            y = torch.eye(5).repeat_interleave(5, 0)
            predict = lambda: (q @ ridge(torch, x, y)).argmax(1)
            call = torch.compile(predict, dynamic=False) if kind == 'compile' else predict

            def run():
                with torch.no_grad():
                    return call()
            return dict(run=run, tasks=1, incl=None)
        return setup

    for kind in ('eager', 'compile'):
        peers.reg('W8r', kind, ('default', 'tuned'), kind)(w8r(kind))
