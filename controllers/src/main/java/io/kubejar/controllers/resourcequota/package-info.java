/// Finds out what each ResourceQuota's namespace really uses.
@NullMarked
package io.kubejar.controllers.resourcequota;

import org.jspecify.annotations.NullMarked;
