"""The learning rule as short pure kernels over the arrays of one network.

A learned sample passes through `perceive` (which sources are active), `grow` (sections, borders, and how far each value
reaches), `forward`, `answer`, and where the answer is wrong `backward`; a request passes through the same without
`grow` and `backward`.
"""
