"""The learning rule as short pure kernels over the arrays of one network.

A sample passes through them in this order: `perceive` (which sources are active), `grow` (sections and borders),
`reach` (how strongly each section is driven), `forward`, `readout`, and where the answer is wrong `backward`.
"""
