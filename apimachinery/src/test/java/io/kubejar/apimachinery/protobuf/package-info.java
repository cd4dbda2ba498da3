@NullMarked
package io.kubejar.apimachinery.protobuf;

import org.jspecify.annotations.NullMarked;
