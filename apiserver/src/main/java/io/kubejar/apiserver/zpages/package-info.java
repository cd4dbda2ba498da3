/// What a program of the control plane says of itself to people: `/statusz`, `/flagz`, and what a
/// part without an API serves besides.
@NullMarked
package io.kubejar.apiserver.zpages;

import org.jspecify.annotations.NullMarked;
