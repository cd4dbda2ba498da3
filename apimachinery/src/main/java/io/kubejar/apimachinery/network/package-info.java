/// IP addresses and ranges of them. Nothing here talks to a network.
@NullMarked
package io.kubejar.apimachinery.network;

import org.jspecify.annotations.NullMarked;
