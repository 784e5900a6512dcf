#!/usr/bin/env python3
"""Lists or measures the peers of the peer script, of heads.py and of encoders.py, one row per process.

  run.py SCRIPT list                                       # one JSON line per row: workload, impl, alloc
  run.py SCRIPT row W1 cl tuned --threads 2 --budget 5     # one measurement: a line "JSON {...}"
  run.py SCRIPT row W12 pool default --data FOLDER         # of a workload whose values are files

The measurement protocol (median over blocks of calls) and the environment of the process come from the peer script,
so that all rows are measured in the same way.
"""
import argparse, importlib.util, json, os, sys

import encoders
import heads


def load(path, data):
    spec = importlib.util.spec_from_file_location('peer_script', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    heads.register(module)
    encoders.register(module, data)
    return module


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('script')
    parser.add_argument('action', choices=['list', 'row'])
    parser.add_argument('row', nargs='*', metavar='WORKLOAD IMPL ALLOC')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--budget', type=float, default=5)
    parser.add_argument('--data', help='the folder with the workload\'s values')
    parser.add_argument('--ready', action='store_true', help='the environment of the row is already set')
    a = parser.parse_args()
    peers = load(a.script, a.data)
    if a.action == 'list':
        import torch  # fails first if no row can run
        for (workload, impl), row in peers.REG.items():
            for alloc in row['alloc'] if a.threads in row['threads'] else ():
                print(json.dumps(dict(workload=workload, impl=impl, alloc=alloc, torch=torch.__version__)))
        return
    workload, impl, alloc = a.row
    if not a.ready:
        os.execve(sys.executable, [sys.executable, *sys.argv, '--ready'], peers.child_env(alloc, a.threads, impl))
    peers.run_child(argparse.Namespace(child='%s:%s' % (workload, impl), threads=a.threads, alloc=alloc, budget=a.budget,
                                       budget_incl=0, block=0.3, quiet=0))


if __name__ == '__main__':
    main()
