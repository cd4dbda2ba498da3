/// What this server counts, under upstream's names.
@NullMarked
package io.kubejar.apiserver.metrics;

import org.jspecify.annotations.NullMarked;
