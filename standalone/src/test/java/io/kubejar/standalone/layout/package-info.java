@NullMarked
package io.kubejar.standalone.layout;

import org.jspecify.annotations.NullMarked;
