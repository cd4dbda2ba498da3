/// What runs processes of the operating system: a containerd of our own.
@NullMarked
package io.kubejar.cri.linux;

import org.jspecify.annotations.NullMarked;
