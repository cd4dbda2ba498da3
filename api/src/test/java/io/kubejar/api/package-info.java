@NullMarked
package io.kubejar.api;

import org.jspecify.annotations.NullMarked;
