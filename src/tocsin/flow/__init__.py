"""The corridor: alert → trail → detect → scope → report. Each file calls one room, in order.

    ingest   raw files     → access, quarantine, ledger, coverage
    detect   access        → sessions, acts, each suspicion with its reasons
    scope    acts, access  → people, reach, statements, kept as a revision
    report   all of these  → one page that answers the inquiry's questions

A stage reads what the stages before it published, through the ports that `World` carries, and
publishes its own tables by rename: it can be killed anywhere and run again.
"""
