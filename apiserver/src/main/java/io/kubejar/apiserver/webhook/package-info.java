/// Calling out: how this server reaches the webhooks that extend it, whatever they are asked.
@NullMarked
package io.kubejar.apiserver.webhook;

import org.jspecify.annotations.NullMarked;
