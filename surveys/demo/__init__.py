"""A fictional county, marked 模拟数据 everywhere, made through the same doors as a real one."""
