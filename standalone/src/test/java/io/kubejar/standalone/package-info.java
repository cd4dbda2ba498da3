@NullMarked
package io.kubejar.standalone;

import org.jspecify.annotations.NullMarked;
