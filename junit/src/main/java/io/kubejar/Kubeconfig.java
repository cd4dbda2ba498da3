package io.kubejar;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Chooses how a test of [KubernetesCluster] gets at its cluster. A [java.nio.file.Path] with it is
/// the path of a kubeconfig; a client with it acts as this user.
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface Kubeconfig {

  /// Who this is. Empty means an administrator; anybody else has the rights that are given to them.
  String user() default "";

  /// What the user belongs to, beside `system:authenticated`.
  String[] groups() default {};
}
