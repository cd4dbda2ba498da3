/// The way to a container runtime: the Container Runtime Interface, version 1, over gRPC on a unix
/// socket ([CriClient]), containerd's own services for what CRI leaves out, events and image import
/// ([ContainerdClient]), and a containerd of our own that outlives us (package `linux`).
///
/// The messages are generated from the `.proto` files of this module; the methods are plain and
/// block, and are meant to be called from virtual threads.
@NullMarked
package io.kubejar.cri;

import org.jspecify.annotations.NullMarked;
