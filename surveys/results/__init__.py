"""What sheets add up to: figures of each question, what the public may not see of them, two questions crossed.

Pure: counts go in (surveys.queries_results), figures come out. The base of a question is whoever saw it.
"""
