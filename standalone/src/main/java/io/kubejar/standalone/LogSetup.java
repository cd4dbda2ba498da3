package io.kubejar.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/// One line per decision, to standard error; `up` in the background sends that to the cluster's log
/// file. Found by the log library as a service.
///
/// Code and not a file, because reading the file took a tenth of a start.
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX, UTC} %-5level %logger{1} %msg%n%ex";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(LINE);
    encoder.start();
    var out = new ConsoleAppender<ILoggingEvent>();
    out.setContext(context);
    out.setName("stderr");
    out.setTarget("System.err");
    out.setEncoder(encoder);
    out.start();
    context.getLogger("io.netty").setLevel(Level.WARN);
    // gRPC asks every socket for keep-alive; a unix socket has none.
    context.getLogger("io.netty.bootstrap.Bootstrap").setLevel(Level.ERROR);
    context.getLogger("io.grpc").setLevel(Level.WARN);
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getProperty("kubejar.log.level"), Level.INFO));
    root.addAppender(out);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
