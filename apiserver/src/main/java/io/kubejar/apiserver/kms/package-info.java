/// Talks to key management plugins: version 2 of Kubernetes' KMS protocol, which is gRPC over a
/// unix socket with three methods and six small messages. [KmsPlugin] is what the rest of the
/// server sees.
@NullMarked
package io.kubejar.apiserver.kms;

import org.jspecify.annotations.NullMarked;
