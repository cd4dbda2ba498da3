/// What only the operating system can do: start detached processes, find programs, clean up mounts.
@NullMarked
package io.kubejar.standalone.linux;

import org.jspecify.annotations.NullMarked;
