"""Virtual shops: servers that speak as the platforms do, for the demo and for tests.

They are strict. They check signature, clock, window and page size, know what may be shipped and refuse what may not,
and misbehave on request as real ones do. They share no code with the plug-ins: what both got wrong would fit.
"""
