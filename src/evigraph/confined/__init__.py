"""A room for what others wrote: their queries and shapes run in a process that can be ended and spared.

The query engine can neither be stopped nor caught when it runs out of stack or memory, and the pattern
of a shape may take for ever. So what does not come with the package runs in a child process, on a
snapshot, with a deadline and a limit to its memory, and with no file or socket to open.
"""
