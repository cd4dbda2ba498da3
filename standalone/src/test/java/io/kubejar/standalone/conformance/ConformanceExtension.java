package io.kubejar.standalone.conformance;

import java.io.IOException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/// Hands conformance tests a shared cluster, or an [Api] with a namespace of their own, and lets
/// none of them be skipped: the ledger says that it passes.
final class ConformanceExtension implements ParameterResolver, InvocationInterceptor {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return type == Api.class || type == ConformanceCluster.class || type == TimedCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == TimedCluster.class) {
      return timed(context);
    }
    var cluster = cluster(context);
    return parameter.getParameter().getType() == Api.class ? newTest(cluster) : cluster;
  }

  private static Api newTest(ConformanceCluster cluster) {
    try {
      return cluster.newTest();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a namespace was made", e);
    }
  }

  private static TimedCluster timed(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .computeIfAbsent(TimedCluster.class, _ -> TimedCluster.start(), TimedCluster.class);
  }

  private static ConformanceCluster cluster(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .computeIfAbsent(
            ConformanceCluster.class, _ -> ConformanceCluster.start(), ConformanceCluster.class);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    try {
      invocation.proceed();
    } catch (TestAbortedException skipped) {
      throw new AssertionError("a conformance entry cannot be skipped", skipped);
    }
  }
}
