/// Objects as bytes: the protobuf envelope of stored and sent objects, and which media type a
/// client wants.
@NullMarked
package io.kubejar.apiserver.wire;

import org.jspecify.annotations.NullMarked;
