"""What the API says: request and response models, problems, the ``@op`` decorator and the OpenAPI document.

One file of models per resource. Every other room may import this one; it imports none of them.
"""
