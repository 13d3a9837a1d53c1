package io.stepwise.training.run;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Records of a TensorBoard event file. Each is a TFRecord
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details): length, masked CRC-32C of the
 * length, data, masked CRC-32C of the data. The data is an {@code Event} with a {@code Summary} as a protocol buffer; the
 * numbers of the fields are those of event.proto and summary.proto in
 * https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto.
 */
final class TensorBoardRecord {
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int EVENT_SESSION_LOG = 7;
    private static final int SESSION_STATUS = 1;
    private static final int SESSION_START = 1;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int IMAGE_HEIGHT = 1;
    private static final int IMAGE_WIDTH = 2;
    private static final int IMAGE_COLOUR_SPACE = 3;
    private static final int RGB = 3;
    private static final int IMAGE_ENCODED = 4;
    private static final int PNG_WIDTH_AT = 16;
    private static final int PNG_HEIGHT_AT = 20;
    private static final int CRC_MASK = 0xa282ead8;

    private TensorBoardRecord() {}

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    /** The first record of every file. */
    static byte[] version(double seconds) {
        return event(seconds, 0, out -> out.writeString(EVENT_FILE_VERSION, "brain.Event:2"));
    }

    /** The start of a process: a reader forgets what earlier records told of steps above 0. */
    static byte[] start(double seconds) {
        byte[] session = message(out -> out.writeEnum(SESSION_STATUS, SESSION_START));
        return event(seconds, 0, out -> out.writeByteArray(EVENT_SESSION_LOG, session));
    }

    /** @param values by tag, at least one */
    static byte[] scalars(double seconds, int step, Map<String, Double> values) {
        byte[] summary = message(out -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                out.writeByteArray(SUMMARY_VALUE, message(scalar -> {
                    scalar.writeString(VALUE_TAG, value.getKey());
                    scalar.writeFloat(VALUE_SIMPLE, value.getValue().floatValue());
                }));
            }
        });
        return event(seconds, step, out -> out.writeByteArray(EVENT_SUMMARY, summary));
    }

    /** @param png an RGB image */
    static byte[] image(double seconds, int step, String tag, byte[] png) {
        byte[] image = message(out -> {
            out.writeInt32(IMAGE_HEIGHT, ByteBuffer.wrap(png).getInt(PNG_HEIGHT_AT));
            out.writeInt32(IMAGE_WIDTH, ByteBuffer.wrap(png).getInt(PNG_WIDTH_AT));
            out.writeInt32(IMAGE_COLOUR_SPACE, RGB);
            out.writeByteArray(IMAGE_ENCODED, png);
        });
        byte[] value = message(out -> {
            out.writeString(VALUE_TAG, tag);
            out.writeByteArray(VALUE_IMAGE, image);
        });
        byte[] summary = message(out -> out.writeByteArray(SUMMARY_VALUE, value));
        return event(seconds, step, out -> out.writeByteArray(EVENT_SUMMARY, summary));
    }

    private static byte[] event(double seconds, int step, Fields what) {
        return framed(message(out -> {
            out.writeDouble(EVENT_WALL_TIME, seconds);
            out.writeInt64(EVENT_STEP, step);
            what.write(out);
        }));
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] framed(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + data.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), Long.BYTES));
        record.put(data);
        return record.putInt(maskedCrc(data, data.length)).array();
    }

    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }
}
