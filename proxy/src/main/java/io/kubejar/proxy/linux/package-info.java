/// The parts that touch the machine: processes and kernel settings.
@NullMarked
package io.kubejar.proxy.linux;

import org.jspecify.annotations.NullMarked;
