/// What the kernel does for a node: mounts, cgroups, facts about the machine. The only package that
/// calls into it.
@NullMarked
package io.kubejar.kubelet.linux;

import org.jspecify.annotations.NullMarked;
