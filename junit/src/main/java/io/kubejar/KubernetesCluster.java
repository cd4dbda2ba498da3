package io.kubejar;

import io.kubejar.junit.ClusterExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Gives a JUnit test class a [Cluster].
///
/// One cluster is started for the class. Each test method then gets a fork of it, made when the
/// method first asks: it finds what static fields, `@BeforeAll` methods and the manifests have left
/// there, and nothing of what other tests do. So tests may run in any order and in parallel.
///
/// Into parameters of test and lifecycle methods, and into fields that are null and not final, are
/// injected by their type: [Cluster]; `KubernetesClient` and `Config` of the fabric8 client;
/// `ApiClient` of the official Java client; and a [java.nio.file.Path] that says [Kubeconfig]. What
/// is static, or for `@BeforeAll` and `@AfterAll`, is of the class's cluster; all else is of the
/// method's. The clients are closed with their cluster. Neither client library has to be there.
///
/// ```java
/// @KubernetesCluster(nodes = 3, frozen = true)
/// class OperatorTest {
///   @Test
///   void scalesUp(Cluster cluster, KubernetesClient client) {
///     ...
///   }
/// }
/// ```
///
/// To a test that fails a file is attached, `kubejar-cluster.txt` in its report directory: the
/// cluster's events, the objects that differ since the test began, injected faults that happened,
/// and the last requests.
///
/// Nested classes have a part in their enclosing class's cluster unless they are annotated
/// themselves.
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
public @interface KubernetesCluster {

  /// How many simulated nodes there are.
  int nodes() default 1;

  /// Whether all test methods work on the class's own cluster and see what others did there. The
  /// tests have to agree then on their order, or on names that do not meet.
  boolean shared() default false;

  /// Whether time stands still until a test moves it.
  boolean frozen() default false;

  /// What the clock shows at the start, such as `2031-01-01T00:00:00Z`. Empty means the machine's
  /// time.
  String startingAt() default "";

  /// What to apply at the start: names of resources on the class path, relative to the test class
  /// or, with a slash before them, to the root.
  String[] manifests() default {};

  /// Which controllers run, as [ClusterBuilder#controllers] takes it.
  String[] controllers() default "*";

  /// Whether pods are scheduled.
  boolean scheduler() default true;

  /// Makes names and choices the same in every run; 0 leaves them to chance.
  long seed() default 0;
}
