/// What this server serves: groups, versions and resources, in the classic and the aggregated form.
@NullMarked
package io.kubejar.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
