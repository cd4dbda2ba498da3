/// Where a cluster lives on a machine: its directories, its ports and networks, and the list of all
/// clusters that this machine knows.
@NullMarked
package io.kubejar.standalone.layout;

import org.jspecify.annotations.NullMarked;
