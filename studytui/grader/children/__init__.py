"""What runs in the grader's children: the warm process and the sandboxed oracle and learner forked from it."""
