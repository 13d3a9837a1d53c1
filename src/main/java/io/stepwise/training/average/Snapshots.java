package io.stepwise.training.average;

import io.stepwise.diffusion.PowerProfile;
import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.PowerAverages;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The snapshots of a run: the folder {@code averages} with the file {@code step-N-I.safetensors} for each checkpoint and
 * each of {@link PowerAverages#WIDTHS}, in float16 as in the paper. They outlive the checkpoints.
 *
 * <p>INVARIANT: which snapshots stay is a function of the newest step and the interval alone, so that a run that was
 * killed while it deleted some ends with the same ones.
 *
 * <p>Every method throws a {@link StorageException} when the storage fails.
 */
public record Snapshots(RunFolder run, List<ParameterSpec> parameters) {
    /** The largest number of steps that have snapshots, beside the newest. */
    public static final int MOST = 24;

    /** Bytes per parameter of the snapshots of one step. */
    public static final int BYTES_PER_PARAMETER = 2 * Short.BYTES;

    private static final Pattern FILE = Pattern.compile("step-(\\d{1,9})-(\\d)\\.safetensors");
    private static final String SINCE = "since";

    /**
     * Adds the snapshots of a checkpoint, if it has post-hoc averages. If there are more than {@link #MOST}, every other
     * one is deleted, so that they stay evenly spaced.
     *
     * @param interval steps between checkpoints; 0 if there is only the last
     */
    public void keep(Checkpoint checkpoint, int interval) throws IOException {
        PowerAverages powers = checkpoint.powers();
        if (powers == null) {
            return;
        }
        StorageException.guard(folder(), () -> {
            createFolder();
            for (int i = 0; i < PowerAverages.WIDTHS.size(); i++) {
                Path file = file(checkpoint.step(), i);
                if (!Files.exists(file)) {
                    Safetensors.write(
                            file,
                            WeightsFile.tensors(parameters, powers.averages().get(i)),
                            Map.of("format", "pt", SINCE, Integer.toString(powers.since())),
                            Dtype.F16);
                }
            }
            thin(checkpoint.step(), interval);
        });
    }

    private void thin(int newest, int interval) throws IOException {
        long spacing = interval;
        while (interval > 0 && newest / spacing > MOST) {
            spacing *= 2;
        }
        for (int step : steps()) {
            if (spacing > interval && step != newest && step % spacing != 0) {
                for (int i = 0; i < PowerAverages.WIDTHS.size(); i++) {
                    Files.deleteIfExists(file(step, i));
                }
            }
        }
    }

    /** Deletes partial files of killed processes; called by the process that trains. */
    public void sweep() throws IOException {
        StorageException.guard(folder(), () -> DurableFiles.sweep(folder(), name -> true));
    }

    /** The steps that have all their snapshots, in order. */
    public List<Integer> steps() throws IOException {
        if (!Files.isDirectory(folder())) {
            return List.of();
        }
        return StorageException.guard(folder(), () -> {
            try (Stream<Path> files = Files.list(folder())) {
                List<Integer> first = files.map(file -> FILE.matcher(String.valueOf(file.getFileName())))
                        .filter(Matcher::matches)
                        .map(name -> Integer.valueOf(name.group(1)))
                        .distinct()
                        .sorted()
                        .toList();
                List<Integer> whole = new ArrayList<>();
                for (int step : first) {
                    boolean all = true;
                    for (int i = 0; i < PowerAverages.WIDTHS.size(); i++) {
                        all &= Files.exists(file(step, i));
                    }
                    if (all) {
                        whole.add(step);
                    }
                }
                return whole;
            }
        });
    }

    /** How the average of {@code width} at {@code step}, one of {@link #steps}, follows from the snapshots; reads only their headers. */
    public PowerProfile.Fit fit(int step, double width) throws IOException {
        return StorageException.guard(folder(), () -> {
            List<PowerProfile> kept = new ArrayList<>();
            for (Kept each : upTo(step)) {
                kept.add(PowerProfile.ofWidth(each.step() - since(each), PowerAverages.WIDTHS.get(each.number())));
            }
            return PowerProfile.ofWidth(step - since(new Kept(step, 0)), width).fit(kept);
        });
    }

    /** The average itself. */
    public float[] weights(int step, PowerProfile.Fit fit) throws IOException {
        return StorageException.guard(folder(), () -> {
            float[] sum = new float
                    [Math.toIntExact(
                            parameters.stream().mapToLong(ParameterSpec::size).sum())];
            List<Kept> kept = upTo(step);
            for (int i = 0; i < kept.size(); i++) {
                double factor = fit.factors()[i];
                Path file = file(kept.get(i).step(), kept.get(i).number());
                WeightsFile.read(file, parameters, (offset, values, count) -> {
                    for (int k = 0; k < count; k++) {
                        sum[(int) offset + k] += (float) (factor * values[k]);
                    }
                });
            }
            return sum;
        });
    }

    private record Kept(int step, int number) {}

    private List<Kept> upTo(int step) throws IOException {
        List<Kept> kept = new ArrayList<>();
        for (int each : steps()) {
            for (int i = 0; each <= step && i < PowerAverages.WIDTHS.size(); i++) {
                kept.add(new Kept(each, i));
            }
        }
        return kept;
    }

    private int since(Kept kept) throws IOException {
        try (Safetensors file = Safetensors.open(file(kept.step(), kept.number()))) {
            return Integer.parseInt(file.metadata().getOrDefault(SINCE, "0"));
        }
    }

    /** Creates only the last folder of the path: if the run's folder is gone, its volume is gone. */
    private void createFolder() throws IOException {
        try {
            Files.createDirectory(folder());
            DurableFiles.syncDirectory(run.root());
        } catch (FileAlreadyExistsException e) {
            // created by an earlier snapshot
        }
    }

    private Path folder() {
        return run.root().resolve("averages");
    }

    private Path file(int step, int number) {
        return folder().resolve("step-" + step + "-" + number + ".safetensors");
    }
}
