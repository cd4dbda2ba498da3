package io.kubejar.kubelet.volume;

import io.kubejar.apimachinery.Bytes;

/// One file to be: its bytes and permission bits.
record FileContent(Bytes bytes, int mode) {}
