/// Tokens that somebody else knows: asks with a TokenReview over the network.
@NullMarked
package io.kubejar.apiserver.tokenreview;

import org.jspecify.annotations.NullMarked;
