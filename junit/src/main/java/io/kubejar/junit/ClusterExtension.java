package io.kubejar.junit;

import io.kubejar.Cluster;
import java.lang.reflect.Constructor;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Starts, forks, injects and closes the clusters of [io.kubejar.KubernetesCluster].
///
/// It keeps nothing itself: every cluster lives in the JUnit context of the class or method it is
/// made for, which also makes it safe for tests in parallel.
public final class ClusterExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ClusterExtension.class);
  private static final String OF_METHOD = "method";

  @Override
  public void beforeAll(ExtensionContext context) {
    Fields.ofClass(context.getRequiredTestClass()).inject(null, () -> ofClass(context));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    for (var instance : context.getRequiredTestInstances().getAllInstances()) {
      Fields.ofInstances(instance.getClass()).inject(instance, () -> ofMethod(context));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    report(context);
    var tested = context.getStore(NAMESPACE).get(OF_METHOD, TestedCluster.class);
    if (tested != null && context.getTestInstances().isPresent()) {
      for (var instance : context.getRequiredTestInstances().getAllInstances()) {
        Fields.ofInstances(instance.getClass()).clear(instance, tested);
      }
    }
    close(context, OF_METHOD);
  }

  /// Says nothing of clusters that the test did not use.
  private static void report(ExtensionContext context) {
    var declared = Declared.by(context);
    var key = declared.annotation().shared() ? declared.type() : OF_METHOD;
    var tested = context.getStore(NAMESPACE).get(key, TestedCluster.class);
    if (tested == null || context.getExecutionException().isEmpty()) {
      return;
    }
    try {
      tested.report().publish(context);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) { // The test's own failure must not be lost.
      context.publishReportEntry("kubejar", "the cluster cannot be asked: " + e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    var declared = Declared.by(context);
    if (declared.context().equals(context)) {
      close(context, declared.type());
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Wish.of(parameter.getParameter()).isGranted();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty() && isConstructor(parameter)) {
      throw new ParameterResolutionException(
          "clusters are injected into methods and fields, not into constructors");
    }
    var tested = context.getTestMethod().isPresent() ? ofMethod(context) : ofClass(context);
    return tested.grant(Wish.of(parameter.getParameter()));
  }

  private static boolean isConstructor(ParameterContext parameter) {
    return parameter.getDeclaringExecutable() instanceof Constructor<?>;
  }

  private static TestedCluster ofClass(ExtensionContext context) {
    var declared = Declared.by(context);
    return made(declared.context(), declared.type(), declared::start);
  }

  /// The method's own cluster, unless all share that of the class.
  private static TestedCluster ofMethod(ExtensionContext context) {
    var ofClass = ofClass(context);
    return Declared.by(context).annotation().shared()
        ? ofClass
        : made(context, OF_METHOD, () -> ofClass.cluster().fork());
  }

  @SuppressWarnings("deprecation") // What JUnit 6 has in its place is not in JUnit 5.
  private static TestedCluster made(ExtensionContext context, Object key, Supplier<Cluster> start) {
    var tested =
        context
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(key, _ -> new TestedCluster(start.get()), TestedCluster.class);
    return Objects.requireNonNull(tested, "just made");
  }

  private static void close(ExtensionContext context, Object key) {
    var tested = context.getStore(NAMESPACE).remove(key, TestedCluster.class);
    if (tested != null) {
      tested.close();
    }
  }
}
