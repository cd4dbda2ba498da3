@NullMarked
package io.kubejar.apigenerator;

import org.jspecify.annotations.NullMarked;
